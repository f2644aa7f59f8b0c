"""Where one machine's requests to models are let out: the other end of `node_lanes`."""

from collections.abc import Callable

from brooks.errors import UsageError
from brooks.models.base import AttemptFailed
from brooks.runtime.clock import Clock, Handle
from brooks.runtime.governor.lane import Lane, LaneBroken
from brooks.runtime.governor.ticket import Ticket
from brooks.runtime.remote.post import Admit, Admitted, Fared, Sent, ToNode


class LaneDesk:
    """Keeps the tickets that one machine holds."""

    def __init__(
        self, clock: Clock, lane: Callable[[str], Lane], send: Callable[[ToNode], None]
    ) -> None:
        self._clock = clock
        self._lane = lane
        self._send = send
        self._waiting: dict[int, Handle] = {}
        self._tickets: dict[int, Ticket] = {}

    def take(self, item: Admit | Sent | Fared) -> None:
        """Carry out what the machine asks or tells."""
        if isinstance(item, Admit):
            name = f"admission of request {item.number}"
            self._waiting[item.number] = self._clock.spawn(self._admit(item), name)
        elif isinstance(item, Sent):
            self._tickets[item.number].sent()
        else:
            self._fared(item)

    def close(self) -> None:
        """The machine is gone: what it was sent goes on counting, the rest is taken back."""
        for handle in self._waiting.values():
            self._clock.cancel(handle)
        self._waiting.clear()
        for ticket in self._tickets.values():
            ticket.__exit__(None, None, None)
        self._tickets.clear()

    async def _admit(self, item: Admit) -> None:
        try:
            lane = self._lane(item.lane)
            ticket = await lane.admit(item.tokens, clock=self._clock, patient=item.patient)
        except LaneBroken as broken:
            self._send(Admitted(item.number, 0.0, "", broken.until))
        except UsageError as error:
            self._send(Admitted(item.number, 0.0, "", None, str(error)))
        else:
            self._tickets[item.number] = ticket
            self._send(Admitted(item.number, ticket.waited, ticket.why, None))
        self._waiting.pop(item.number, None)

    def _fared(self, item: Fared) -> None:
        waiting = self._waiting.pop(item.number, None)
        if waiting is not None:
            self._clock.cancel(waiting)
        ticket = self._tickets.pop(item.number, None)
        if ticket is None:
            return
        if item.tokens is not None:
            ticket.succeeded(item.tokens)
        elif item.failure is not None:
            failure = AttemptFailed(item.failure, "", retry_after=item.retry_after)
            ticket.failed(failure, 1)
        else:
            ticket.__exit__(None, None, None)
