"""A lane: where requests to one model with one key wait for their turn, first come, first served.

`brooks.runtime.governor.admission` says what holds a request up; here is the waiting. Who asks when
nothing holds it up and nobody waits is let in on the spot. Everybody else joins the queue, each with
a signal of its own. While there is a queue, one coroutine, the keeper, lets in the first for as long
as nothing holds it up, then sleeps until the rules say that this changes, or until it is called
because a request has ended or someone has left. Only the keeper lets waiters in, so no wake-up can
be lost, and an agent that is frozen at the head of the queue holds nobody up: it has been let in
before it notices.

An agent whose coroutine is cancelled leaves the queue, or gives back the ticket it was about to get.
"""

from collections import deque
from collections.abc import Mapping
from functools import partial
from random import Random

from brooks.core.message import Message
from brooks.core.spec import ModelSettings
from brooks.errors import UsageError
from brooks.models.base import AttemptFailed
from brooks.runtime.clock import Clock, Signal
from brooks.runtime.governor.admission import Admission
from brooks.runtime.governor.backing_off import BackingOff
from brooks.runtime.governor.backoff import backoff_seconds
from brooks.runtime.governor.breaker import BreakerState
from brooks.runtime.governor.reasons import Reasons, Why
from brooks.runtime.governor.ticket import Ticket


class LaneBroken(Exception):  # noqa: N818 - named for what happened
    """The provider is known to be down; `until` is when it is next tried, if that is known, or now."""

    def __init__(self, until: float) -> None:
        super().__init__(f"the provider is down, and not asked before {until:.1f} s")
        self.until = until


class LaneView(Message, frozen=True, kw_only=True):
    """A lane at one moment, for those who watch a run."""

    model: str
    key: str
    limit: float
    """How many requests may be out at once; its whole part counts."""
    in_flight: int
    waiting: int
    requests_used: int
    """What counts in the current minute; 0 without a limit."""
    requests_limit: int | None
    tokens_used: int
    tokens_limit: int | None
    breaker: BreakerState
    down_until: float | None
    """When the provider is tried again, if it is down."""
    paused_until: float | None
    """Until when the provider asked everyone to wait, if that is to come."""


class _Waiter:
    """One that waits to be let in."""

    __slots__ = ("asked_at", "earlier", "patient", "refused", "signal", "ticket", "tokens")

    def __init__(
        self, tokens: int, *, patient: bool, asked_at: float, earlier: Mapping[Why, float]
    ) -> None:
        self.tokens = tokens
        self.patient = patient
        self.asked_at = asked_at
        self.earlier = earlier
        """What the lane had been held up by when it came."""
        self.signal = Signal()
        self.ticket: Ticket | None = None
        self.refused: LaneBroken | None = None


class Lane:
    """Lets requests to one model out when it is time."""

    def __init__(
        self,
        model: str,
        key: str,
        settings: ModelSettings,
        *,
        clock: Clock,
        agents: int,
        stagger_seconds: float,
        breaker_random: Random,
        backoff_random: Random,
    ) -> None:
        self.model = model
        self.key = key
        self._settings = settings
        self._clock = clock
        self._admission = Admission(
            settings, agents=agents, stagger_seconds=stagger_seconds, random=breaker_random
        )
        self._reasons = Reasons()
        self._queue: deque[_Waiter] = deque()
        self._alarm = Signal()
        """Calls the keeper."""
        self._is_kept = False
        self._gates_open = False
        self._backing_off = BackingOff(clock)
        self._new_ticket = partial(
            Ticket,
            self._admission,
            clock=clock,
            backoff=partial(_backoff, settings, backoff_random),
            freed=self._call_keeper,
        )

    @property
    def largest(self) -> int | None:
        """The most tokens that one request may take; None for any number."""
        return self._settings.tokens_per_minute or None

    async def admit(self, tokens: int, *, clock: Clock, patient: bool = True) -> Ticket:
        """Wait until a request may go out that takes at most so many tokens, reply included.

        `clock` is the caller's own. A patient caller waits for a provider that is down to be up.

        Raises:
            LaneBroken: The caller is not patient, and the provider is down, or has asked everyone
                to wait longer than the user has patience.
            UsageError: One request would take more tokens than the user allows in a minute.
        """
        if self._gates_open:
            return self._new_ticket(None)
        self._check_size(tokens)
        now = self._clock.time()
        if not patient:
            self._check_up(now)
        if not self._queue and self._admission.hold(now, tokens) is None:
            return self._new_ticket(self._admission.take(now, tokens))
        waiter = _Waiter(tokens, patient=patient, asked_at=now, earlier=self._reasons.so_far(now))
        self._queue.append(waiter)
        self._start_keeper()
        return await self._wait_in_queue(waiter, clock)

    async def wait(self, seconds: float, *, clock: Clock) -> None:
        """Wait for a time before another attempt; not once the gates are open."""
        await self._backing_off.wait(seconds, clock=clock)

    def closed_for(self) -> float:
        """Seconds in which nobody is let in, as far as is known: a pause, or a provider that is down."""
        now, rules = self._clock.time(), self._admission
        down_until = rules.breaker.earliest(now) or now
        return max(down_until, rules.spacing.paused_until) - now

    def open_gates(self) -> None:
        """Let everyone go on at once, now and from now on: the run winds down, and nothing is sent."""
        self._gates_open = True
        while self._queue:
            self._let_in(self._queue.popleft(), self._new_ticket(None))
        self._backing_off.end()
        self._call_keeper()

    def view(self) -> LaneView:
        """How things stand."""
        now = self._clock.time()
        rules = self._admission
        requests, tokens = rules.requests, rules.tokens
        paused, breaker = rules.spacing.paused_until, rules.breaker
        return LaneView(
            model=self.model,
            key=self.key,
            limit=rules.concurrency.limit,
            in_flight=rules.concurrency.in_flight,
            waiting=len(self._queue),
            requests_used=0 if requests is None else requests.used(now),
            requests_limit=None if requests is None else requests.limit,
            tokens_used=0 if tokens is None else tokens.used(now),
            tokens_limit=None if tokens is None else tokens.limit,
            breaker=breaker.state,
            down_until=breaker.until if breaker.state is BreakerState.OPEN else None,
            paused_until=paused if paused > now else None,
        )

    def _check_size(self, tokens: int) -> None:
        limit = self.largest
        if limit is not None and tokens > limit:
            raise UsageError(
                f"one request to {self.model!r} may take {tokens} tokens, reply included, and "
                f"`tokens_per_minute` is {limit}: raise it, or lower `max_output_tokens`"
            )

    def _check_up(self, now: float) -> None:
        until = self._admission.down_until(now)
        if until is not None:
            raise LaneBroken(until)

    async def _wait_in_queue(self, waiter: _Waiter, clock: Clock) -> Ticket:
        try:
            await clock.wait(waiter.signal)
        except BaseException:
            if waiter.ticket is not None:
                waiter.ticket.cancelled()
            elif waiter in self._queue:
                self._queue.remove(waiter)
                self._call_keeper()
            raise
        if waiter.refused is not None:
            raise waiter.refused
        assert waiter.ticket is not None
        return waiter.ticket

    def _let_in(self, waiter: _Waiter, ticket: Ticket) -> None:
        now = self._clock.time()
        waiter.ticket = ticket
        ticket.waited = now - waiter.asked_at
        ticket.why = self._reasons.main_since(waiter.earlier, now)
        self._clock.notify(waiter.signal)

    def _call_keeper(self) -> None:
        if self._is_kept:
            self._clock.notify(self._alarm)

    def _start_keeper(self) -> None:
        if not self._is_kept:
            self._is_kept = True
            self._clock.spawn(self._keep(), f"keeper of {self.model}")

    async def _keep(self) -> None:
        try:
            while self._queue:
                until = self._serve(self._clock.time())
                if self._queue:
                    seconds = None if until is None else until - self._clock.time()
                    await self._clock.wait(self._alarm, seconds)
        finally:
            self._is_kept = False

    def _serve(self, now: float) -> float | None:
        """Let in who may go; when to look again, None for when something has ended."""
        while self._queue:
            self._refuse_impatient(now)
            if not self._queue:
                break
            first = self._queue[0]
            hold = self._admission.hold(now, first.tokens)
            if hold is not None:
                self._reasons.hold(hold.why, now)
                return hold.until
            self._queue.popleft()
            self._let_in(first, self._new_ticket(self._admission.take(now, first.tokens)))
        return None

    def _refuse_impatient(self, now: float) -> None:
        until = self._admission.down_until(now)
        if until is None:
            return
        for waiter in tuple(self._queue):
            if not waiter.patient:
                self._queue.remove(waiter)
                waiter.refused = LaneBroken(until)
                self._clock.notify(waiter.signal)


def _backoff(
    settings: ModelSettings, random: Random, failure: AttemptFailed, attempt: int
) -> float:
    return backoff_seconds(attempt, failure.retry_after, settings, random)
