"""The rules of a lane: when the next request may go out, and what is learnt from how it fares.

Everything here is a function of what was done and when; `brooks.runtime.governor.lane` does the
waiting. A `Pass` is the permission for one request, from its admission to its end. Of the four ways
to end, `succeeded` and `failed` teach the rules something, `cancelled` undoes an admission that
nothing came of, and `lost` stands for a request that was sent and of which nobody heard again.
"""

from random import Random
from typing import NamedTuple

from brooks.core.facts import Failure
from brooks.core.spec import ModelSettings
from brooks.runtime.governor.breaker import Breaker, BreakerState
from brooks.runtime.governor.concurrency import Concurrency
from brooks.runtime.governor.reasons import Why
from brooks.runtime.governor.spacing import Spacing
from brooks.runtime.governor.window import Entry, Window

TOO_MUCH = frozenset({Failure.RATE_LIMITED, Failure.OVERLOADED})
"""Failures that say that fewer requests at once would have been better."""
UNHEARD = frozenset({Failure.UNREACHABLE, Failure.TIMEOUT})
"""Failures in which the provider said nothing, so that the request may still be on its way."""


class Hold(NamedTuple):
    """What holds the next request up."""

    why: Why
    until: float | None
    """When to look again; None while only the end of a request can change it."""


class Pass:
    """The permission to send one request."""

    __slots__ = ("counted", "generation", "mark", "probe", "tokens")

    def __init__(
        self,
        mark: int,
        counted: tuple[tuple[Window, Entry], ...],
        tokens: Entry | None,
        *,
        probe: bool,
    ) -> None:
        self.mark = mark
        """What the concurrency limit knows it by."""
        self.counted = counted
        """The windows it counts in, and as what."""
        self.tokens = tokens
        """The one of these whose amount is an estimate."""
        self.probe = probe
        """Whether it tests a provider that was down."""
        self.generation: int | None = None
        """The generation of the concurrency limit in which it was sent; None before."""


class Admission:
    """What one lane allows."""

    def __init__(
        self, settings: ModelSettings, *, agents: int, stagger_seconds: float, random: Random
    ) -> None:
        self.concurrency = Concurrency(settings.concurrency or agents)
        requests, tokens = settings.requests_per_minute, settings.tokens_per_minute
        self.requests = Window(requests) if requests else None
        self.tokens = Window(tokens) if tokens else None
        self.spacing = Spacing(agents, seconds=stagger_seconds)
        self.breaker = Breaker(random, agents=agents)
        self._patience = settings.patience_seconds

    def down_until(self, now: float) -> float | None:
        """When the provider may be up again, if it is known to be down or pauses us beyond all patience."""
        at = self.breaker.earliest(now)
        if at is None:
            return now
        if at > now:
            return at
        paused = self.spacing.paused_until
        return paused if paused > now + self._patience else None

    def hold(self, now: float, tokens: int) -> Hold | None:
        """What holds up a request of so many tokens; None if it may go out now."""
        at = self.breaker.earliest(now)
        if at is None or at > now:
            return Hold("breaker", at)
        if self.spacing.earliest > now:
            return Hold(self.spacing.why, self.spacing.earliest)
        if not self.concurrency.has_room:
            return Hold("concurrency", None)
        if self.requests is not None:
            at = self.requests.earliest(now, 1)
            if at is None or at > now:
                return Hold("requests", at)
        if self.tokens is not None:
            at = self.tokens.earliest(now, tokens)
            if at is None or at > now:
                return Hold("tokens", at)
        return None

    def take(self, now: float, tokens: int) -> Pass:
        """Let a request out that nothing holds up."""
        mark = self.concurrency.took()
        self.spacing.took(now)
        counted: tuple[tuple[Window, Entry], ...] = ()
        estimate = None
        if self.requests is not None:
            counted = ((self.requests, self.requests.admit(now, 1)),)
        if self.tokens is not None:
            estimate = self.tokens.admit(now, tokens)
            counted += ((self.tokens, estimate),)
        return Pass(mark, counted, estimate, probe=self.breaker.took())

    def sent(self, passed: Pass, now: float) -> None:
        """It is being sent."""
        passed.generation = self.concurrency.generation
        for window, entry in passed.counted:
            window.sent(entry, now)

    def succeeded(self, passed: Pass, now: float, tokens: int) -> None:
        """It was answered and took so many tokens; 0 where the provider does not say."""
        self._arrived(passed, now)
        if self.tokens is not None and passed.tokens is not None and tokens:
            self.tokens.set_amount(passed.tokens, tokens)
        self.concurrency.succeeded(passed.mark)
        before = self.breaker.state
        self.breaker.answered()
        self._spread_after(before)

    def failed(self, passed: Pass, now: float, kind: Failure, retry_after: float | None) -> None:
        """It failed; its tokens go on counting as the most it might have taken."""
        if passed.generation is None:
            self.sent(passed, now)
        if kind not in UNHEARD:
            self._arrived(passed, now)
        if kind in TOO_MUCH and passed.generation is not None:
            self.concurrency.refused(passed.generation)
        else:
            self.concurrency.gave_back()
        before = self.breaker.state
        self.breaker.failed(kind, now, probe=passed.probe)
        self._spread_after(before)
        if retry_after is not None and retry_after > 0:
            self.spacing.pause(now + retry_after)

    def cancelled(self, passed: Pass) -> None:
        """It was never sent."""
        for window, entry in passed.counted:
            window.give_back(entry)
        self.lost(passed)

    def lost(self, passed: Pass) -> None:
        """It was sent, and nobody will hear how it fared."""
        self.concurrency.gave_back()
        self.breaker.lost(probe=passed.probe)

    def _arrived(self, passed: Pass, now: float) -> None:
        for window, entry in passed.counted:
            window.answered(entry, now)

    def _spread_after(self, before: BreakerState) -> None:
        """When a provider is up again, not all at once."""
        if before is not BreakerState.CLOSED and self.breaker.state is BreakerState.CLOSED:
            self.spacing.spread("breaker")
