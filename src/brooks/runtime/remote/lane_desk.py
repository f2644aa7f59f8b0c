"""Where one machine's requests to models are let out: the other end of `node_lanes`."""

from collections.abc import Callable

from brooks.errors import UsageError
from brooks.models.base import AttemptFailed
from brooks.runtime.clock import Clock, Handle
from brooks.runtime.governor.lane import Lane, LaneBroken
from brooks.runtime.governor.ticket import Ticket
from brooks.runtime.remote.post import Admit, Admitted, Fared, Sent, ToNode


class LaneDesk:
    """Keeps the tickets that one machine holds.

    It is closed while nobody knows what becomes of the machine. Who waits then keeps waiting there, and is
    let out once it is open again.
    """

    def __init__(
        self, clock: Clock, lane: Callable[[str], Lane], send: Callable[[ToNode], None]
    ) -> None:
        self._clock = clock
        self._lane = lane
        self._send = send
        self._wanted: dict[int, Admit] = {}
        """Requests that want to go out, by number."""
        self._waiting: dict[int, Handle] = {}
        """What waits for them, unless it is closed."""
        self._is_open = True
        self._tickets: dict[int, Ticket] = {}

    def take(self, item: Admit | Sent | Fared) -> None:
        """Carry out what the machine asks or tells."""
        if isinstance(item, Admit):
            self._wanted[item.number] = item
            if self._is_open:
                self._wait(item)
        elif isinstance(item, Sent):
            ticket = self._tickets.get(item.number)
            if ticket is not None:
                ticket.sent()
        else:
            self._fared(item)

    def open(self) -> None:
        """The machine is heard again: let out who still waits there."""
        if not self._is_open:
            self._is_open = True
            for item in self._wanted.values():
                self._wait(item)

    def close(self) -> None:
        """Give its places to others: what was sent goes on counting, the rest is taken back."""
        self._is_open = False
        for handle in self._waiting.values():
            self._clock.cancel(handle)
        self._waiting.clear()
        for ticket in self._tickets.values():
            ticket.__exit__(None, None, None)
        self._tickets.clear()

    def _wait(self, item: Admit) -> None:
        name = f"admission of request {item.number}"
        self._waiting[item.number] = self._clock.spawn(self._admit(item), name)

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
        self._wanted.pop(item.number, None)

    def _fared(self, item: Fared) -> None:
        self._wanted.pop(item.number, None)
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
