"""Asking a model, as often as it takes: the one loop in which requests are tried again.

A route is one way to a reply: a model, with the lane that all who ask it share. An agent has its
own model's route and, where the user named one, a fallback's. A request goes to the first; when
that is known to be down, or has come to nothing for good, it goes to the next.

Every attempt is told before it is made and every failure when it happened, so that the log has as
many attempts as the provider saw. The clients' own retries are off.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from msgspec.structs import replace

from brooks.core import commands
from brooks.core.facts import PASSING, Failure
from brooks.core.spec import ModelSettings
from brooks.models.base import (
    MAX_OUTPUT_TOKENS,
    AttemptFailed,
    Model,
    ModelError,
    Reply,
    Request,
    Sleep,
    digest,
)
from brooks.models.prices import Pricing
from brooks.runtime.clock import Clock
from brooks.runtime.governor import Lane, LaneBroken, Ticket

LEAST_OUTPUT = 256
"""Tokens without which a reply is of no use."""

Tell = Callable[[commands.Command], Awaitable[None]]
"""Tells the coordinator; raises when the turn or the run is over."""


class Route(NamedTuple):
    """One way to a reply."""

    name: str
    """The model string."""
    model: Model
    settings: ModelSettings
    lane: Lane | None
    """Where requests to it wait; None for a model that nobody has to wait for."""
    pricing: Pricing | None


class OutsideFailed(Exception):  # noqa: N818 - named for what happened
    """No model that may be asked can be reached; what was begun can go on later."""


class Asker:
    """One agent's way to its models."""

    def __init__(
        self, routes: tuple[Route, ...], *, clock: Clock, sleep: Sleep, reserving: bool
    ) -> None:
        self._routes = routes
        self._clock = clock
        self._sleep = sleep
        self.reserving = reserving
        """Whether the budget wants to know beforehand what a request may cost."""
        self.is_queued = False
        """Whether a request waits for its turn under the limits of its model."""

    async def ask(self, request: Request, tell: Tell) -> Reply:
        """The reply to a request.

        Raises:
            ModelError: The request came to nothing, and would again.
            OutsideFailed: No model could be reached for too long, or none takes the key.
        """
        attempts = 0
        for route in self._routes:
            is_last = route is self._routes[-1]
            asking = _Asking(self, route, request, tell, attempts)
            try:
                return await asking.run(patient=is_last)
            except LaneBroken:
                attempts = asking.attempts
            except AttemptFailed as error:
                attempts = asking.attempts
                if error.kind is Failure.REJECTED or route.lane is None:
                    raise
                if is_last:
                    raise OutsideFailed(f"{route.name}: {error}") from error
        raise ModelError("there is no model to ask")

    @property
    def clock(self) -> Clock:
        """The agent's clock."""
        return self._clock

    @property
    def sleep(self) -> Sleep:
        """How a simulated model takes its time."""
        return self._sleep


class _Asking:
    """One request on one route."""

    def __init__(
        self, asker: Asker, route: Route, request: Request, tell: Tell, attempts: int
    ) -> None:
        self._asker = asker
        self._route = route
        self._known = digest(request)
        self._request = _fitted(request, route, self._known.size)
        self._tell = tell
        self._first = attempts
        self.attempts = attempts

    async def run(self, *, patient: bool) -> Reply:
        lane, clock = self._route.lane, self._asker.clock
        if lane is None:
            try:
                return await self._send(0.0, "")
            except AttemptFailed as error:
                await self._tell(self._failure(error, None))
                raise
        began = clock.time()
        while True:
            most = most_tokens(self._known.size, self._request)
            with await self._admitted(lane, most, patient=patient) as ticket:
                try:
                    reply = await self._send(ticket.waited, ticket.why, ticket.sent)
                except AttemptFailed as error:
                    wait = ticket.failed(error, self.attempts - self._first)
                    longer = max(wait, lane.closed_for())
                    patience = self._route.settings.patience_seconds
                    final = error.kind not in PASSING or clock.time() + longer > began + patience
                    await self._tell(self._failure(error, None if final else longer))
                    if final:
                        raise
                else:
                    ticket.succeeded(reply.usage.input_tokens + reply.usage.output_tokens)
                    return reply
            await lane.wait(wait, clock=clock)

    async def _admitted(self, lane: Lane, most: int, *, patient: bool) -> Ticket:
        """Wait until the request may be sent."""
        asker = self._asker
        asker.is_queued = True
        try:
            return await lane.admit(most, clock=asker.clock, patient=patient)
        finally:
            asker.is_queued = False

    async def _send(
        self, waited: float, why: str, sent: Callable[[], None] = lambda: None
    ) -> Reply:
        self.attempts += 1
        await self._tell(self._sending(waited, why))
        sent()
        reply = await self._route.model.request(self._request, sleep=self._asker.sleep)
        pricing, usage = self._route.pricing, reply.usage
        if pricing is None or usage.dollars is not None:
            return reply
        return replace(reply, usage=replace(usage, dollars=pricing.dollars(usage)))

    def _sending(self, waited: float, why: str) -> commands.SendRequest:
        """The command that says that the request is about to be sent, and what it may cost."""
        request, route, size = self._request, self._route, self._known.size
        tokens, dollars = 0, 0.0
        if self._asker.reserving or route.lane is not None:
            tokens = most_tokens(size, request)
        if route.pricing is not None:
            dollars = route.pricing.most(most_input(size), request.max_output_tokens)
        return commands.SendRequest(
            agent=request.agent,
            turn=request.turn,
            index=request.index,
            request=self._known.hash,
            attempt=self.attempts,
            model=route.name,
            waited=waited,
            why=why,
            most_tokens=tokens,
            most_dollars=dollars,
        )

    def _failure(self, error: AttemptFailed, wait: float | None) -> commands.RecordFailure:
        request = self._request
        return commands.RecordFailure(
            agent=request.agent,
            turn=request.turn,
            index=request.index,
            attempt=self.attempts,
            failure=error.kind,
            status=error.status,
            retry_after=error.retry_after,
            text=str(error)[:500],
            wait=wait,
        )


def _fitted(request: Request, route: Route, size: int) -> Request:
    """The request with the longest reply that the model's settings and its limit of tokens allow.

    Raises:
        ModelError: The request alone is over the limit.
    """
    most = route.settings.max_output_tokens
    if request.max_output_tokens < MAX_OUTPUT_TOKENS:  # it asks for a shorter one than usual
        most = min(most, request.max_output_tokens)
    limit = None if route.lane is None else route.lane.largest
    if limit is not None:
        tokens = most_input(size)
        if tokens + LEAST_OUTPUT > limit:
            raise ModelError(
                f"the request may have {tokens} tokens, and {route.name} may be sent {limit} a minute"
            )
        most = min(most, limit - tokens)
    return (
        request if most == request.max_output_tokens else replace(request, max_output_tokens=most)
    )


def most_input(size: int) -> int:
    """More tokens than a request of so many bytes has: common text has more than two bytes a token."""
    return size // 2 + 500


def most_tokens(size: int, request: Request) -> int:
    """The most tokens that a request of so many bytes and its reply may take."""
    return most_input(size) + request.max_output_tokens
