"""Which queued proposals are checked next, and how far ahead of the front it pays to look.

A check bets that everything ahead of its proposal will pass. The window is how deep such bets go:
one deeper with each merge, half as deep after each failure (additive increase, multiplicative
decrease, as in congestion control). Within it, at most `slots` checks run at once.
"""

from collections.abc import Iterator
from itertools import islice
from typing import ClassVar

from brooks.core import events
from brooks.core.events import Event
from brooks.core.facts import DropReason
from brooks.core.state import State
from brooks.ids import ProposalId

SHALLOWEST = 4.0
"""How deep bets always go, as far as there are slots: so few checks cost little if they are lost."""


class CheckWindow:
    """Follows the merge queue and says what to check next."""

    FOLLOWED: ClassVar[frozenset[type[Event]]] = frozenset(
        {
            events.ProposalQueued,
            events.CheckStarted,
            events.CheckVoided,
            events.CheckFinished,
            events.ProposalDropped,
            events.TaskDone,
            events.RunResumed,
        }
    )
    """What changes the queue; of all else it need not be told."""

    def __init__(self, state: State, slots: int) -> None:
        self._state = state
        self._slots = slots
        self._depth = float(slots)
        self._unchecked: dict[ProposalId, None] = {}
        self._running: dict[ProposalId, None] = {}
        self._is_looked_at = False
        """Whether nothing has happened to the queue since all that can be started was."""

    def follow(self, event: Event) -> None:
        """Take in what happened to the queue."""
        self._is_looked_at = False
        match event:
            case events.ProposalQueued() if self._has_check(event.proposal):
                self._unchecked[event.proposal] = None
            case events.CheckStarted():
                self._running[event.proposal] = None
            case events.CheckVoided():
                self._running.pop(event.proposal, None)
                self._unchecked[event.proposal] = None
            case events.CheckFinished():
                self._running.pop(event.proposal, None)
            case events.ProposalDropped():
                self._running.pop(event.proposal, None)
                self._unchecked.pop(event.proposal, None)
                if event.reason is DropReason.CHECK_FAILED:
                    self._depth = max(self._depth / 2, min(SHALLOWEST, self._slots))
            case events.TaskDone():
                self._depth = min(self._depth + 1, self._slots)
            case events.RunResumed():
                self._unchecked |= dict.fromkeys(filter(self._has_check, self._state.queue))
            case _:
                pass

    def _has_check(self, proposal: ProposalId) -> bool:
        queued = self._state.queue.get(proposal)
        return queued is not None and self._state.tasks[queued.task].spec.check is not None

    def to_start(self) -> Iterator[ProposalId]:
        """Proposals to check now, front first; ask again after each was started."""
        if self._is_looked_at or not self._unchecked:
            return
        self._is_looked_at = True
        for proposal in self._within_depth():
            if len(self._running) >= self._slots:
                return
            if proposal in self._unchecked:
                del self._unchecked[proposal]
                queued = self._state.queue[proposal]
                if not queued.running and queued.check is None:
                    self._running[proposal] = None
                    yield proposal

    def _within_depth(self) -> list[ProposalId]:
        """Proposals to look at, front first; they join the queue in the order of their numbers."""
        queue = self._state.queue
        if len(queue) <= int(self._depth):
            return sorted(proposal for proposal in self._unchecked if proposal in queue)
        return list(islice(queue, int(self._depth)))
