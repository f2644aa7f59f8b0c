"""Lanes as agents on another machine see them: the limits are kept by the coordinator, for all machines.

A request waits here until the coordinator's governor lets it out, and how it fared is told there. Only
the wait between two attempts is drawn here, by the same law.
"""

from collections.abc import Callable
from random import Random
from types import TracebackType
from typing import Self

from brooks.core.spec import ModelSettings
from brooks.errors import UsageError
from brooks.models.base import AttemptFailed
from brooks.runtime.clock import Clock, Signal
from brooks.runtime.governor.backing_off import BackingOff
from brooks.runtime.governor.backoff import backoff_seconds
from brooks.runtime.governor.lane import LaneBroken
from brooks.runtime.remote.post import Admit, Admitted, Fared, FromNode, Sent


class NodeLanes:
    """All lanes of one machine; what `Routes` takes for a governor."""

    def __init__(
        self, clock: Clock, chance: Callable[..., Random], send: Callable[[FromNode], None]
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._send = send
        self._last = 0
        self._waiting: dict[int, _Waiter] = {}
        self.backing_off = BackingOff(clock)

    def lane(self, model: str, key: str, settings: ModelSettings) -> "NodeLane":
        """The lane of a model."""
        return NodeLane(self, model, settings, self._chance("backoff", model))

    def open_gates(self) -> None:
        """Nobody need wait any longer between two attempts; who waits to be let out is told by post."""
        self.backing_off.end()

    def admitted(self, item: Admitted) -> None:
        """A request may go out, or may not."""
        waiter = self._waiting.get(item.number)
        if waiter is not None:
            waiter.answer = item
            self._clock.notify(waiter.signal)

    async def admit(self, lane: str, tokens: int, *, clock: Clock, patient: bool) -> "NodeTicket":
        """Ask the coordinator, and wait."""
        self._last += 1
        number = self._last
        waiter = self._waiting[number] = _Waiter()
        self._send(Admit(number, lane, tokens, patient))
        try:
            while waiter.answer is None:
                await clock.wait(waiter.signal)
        except BaseException:
            self._send(Fared(number))
            raise
        finally:
            del self._waiting[number]
        answer = waiter.answer
        if answer.wrong:
            raise UsageError(answer.wrong)
        if answer.down_until is not None:
            raise LaneBroken(answer.down_until)
        return NodeTicket(self._send, number, waited=answer.waited, why=answer.why)


class _Waiter:
    def __init__(self) -> None:
        self.signal = Signal()
        self.answer: Admitted | None = None


class NodeLane:
    """One model's lane; see `brooks.runtime.governor.lane.Lane`."""

    def __init__(
        self, lanes: NodeLanes, model: str, settings: ModelSettings, random: Random
    ) -> None:
        self._lanes = lanes
        self._model = model
        self._settings = settings
        self._random = random

    @property
    def largest(self) -> int | None:
        """The most tokens that one request may take; None for any number."""
        return self._settings.tokens_per_minute or None

    async def admit(self, tokens: int, *, clock: Clock, patient: bool = True) -> "NodeTicket":
        """Wait until a request may go out."""
        ticket = await self._lanes.admit(self._model, tokens, clock=clock, patient=patient)
        ticket.backoff = self._backoff
        return ticket

    async def wait(self, seconds: float, *, clock: Clock) -> None:
        """Wait for a time before another attempt."""
        await self._lanes.backing_off.wait(seconds, clock=clock)

    def closed_for(self) -> float:
        """Nothing is known here of pauses: the next request is held up by the coordinator."""
        return 0.0

    def _backoff(self, failure: AttemptFailed, attempt: int) -> float:
        return backoff_seconds(attempt, failure.retry_after, self._settings, self._random)


class NodeTicket:
    """The right to send one request, given by the coordinator."""

    def __init__(
        self, send: Callable[[FromNode], None], number: int, *, waited: float, why: str
    ) -> None:
        self._send = send
        self._number = number
        self._open = True
        self.backoff: Callable[[AttemptFailed, int], float]
        self.waited = waited
        self.why = why

    def sent(self) -> None:
        """Say that the request is sent now."""
        self._send(Sent(self._number))

    def succeeded(self, tokens: int) -> None:
        """Close it: the reply is there, and took so many tokens."""
        self._close(Fared(self._number, tokens=tokens))

    def failed(self, failure: AttemptFailed, attempt: int) -> float:
        """Close it: this attempt failed; the seconds to wait before the next."""
        self._close(Fared(self._number, failure=failure.kind, retry_after=failure.retry_after))
        return self.backoff(failure, attempt)

    def _close(self, how: Fared) -> None:
        self._open = False
        self._send(how)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._open:
            self._close(Fared(self._number))
