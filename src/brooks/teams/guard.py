"""What is done about agents that keep failing, and tasks that keep being failed."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from brooks.core import events
from brooks.core.commands import Quarantine
from brooks.core.facts import EndReason
from brooks.core.state import State
from brooks.core.team_rules import Failing
from brooks.ids import AgentId, TaskId
from brooks.teams.policy import Wake, Wish
from brooks.teams.presence import is_there

_NOT_ITS_FAULT = frozenset({EndReason.REVOKED, EndReason.SUPERSEDED})


class Guard:
    """Counts turns that came to nothing, and keeps away from work who has too many of them."""

    FOLLOWED: ClassVar[frozenset[type[events.Event]]] = frozenset(
        {events.TaskDone, events.DependencyAdded, events.TurnEnded}
    )
    """What it takes note of; of all else it need not be told."""

    def __init__(self, failing: Failing) -> None:
        self._failing = failing
        self._in_vain: dict[AgentId, int] = {}
        """Turns in a row that came to nothing."""

    def follow(self, event: events.Event, state: State, now: float) -> Iterator[Wish]:
        """Take in what happened; an agent goes into quarantine unless nobody else is there."""
        if isinstance(event, events.TaskDone | events.DependencyAdded):
            if event.agent is not None:
                self._in_vain.pop(event.agent, None)
        elif isinstance(event, events.TurnEnded) and event.reason not in _NOT_ITS_FAULT:
            self._in_vain[event.agent] = self._in_vain.get(event.agent, 0) + 1
            most = self._failing.quarantine
            if most and self._in_vain[event.agent] >= most and _others(event.agent, state, now):
                self._in_vain.pop(event.agent)
                until = now + self._failing.quarantine_seconds
                why = f"turns in a row that came to nothing: {most}"
                yield Quarantine(agent=event.agent, until=until, reason=why)
                yield Wake(at=until)

    def model_for(self, tasks: Sequence[TaskId], state: State) -> str:
        """The stronger model that tasks have earned by failing; empty for the agent's own."""
        after = self._failing.escalate_after
        if after and any(state.tasks[task].failures >= after for task in tasks):
            return self._failing.escalate_to
        return ""


def _others(agent: AgentId, state: State, now: float) -> bool:
    return any(other != agent and is_there(other, state, now) for other in state.agents)
