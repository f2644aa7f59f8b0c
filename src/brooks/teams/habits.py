"""How agents work: some do all their tasks in one reply, some one after the other, and they keep to it.

Measured in the published runs (three quarters to nine tenths of the agents that were handed their tasks did
all of them at once). It matters for batches: an agent that works one by one drags everything it
has done along in its conversation, so a batch costs it many times the tokens of single turns. A
habit shows in the first reply of a batch that hands anything in.
"""

from brooks.core import events
from brooks.core.state import State
from brooks.ids import AgentId


class Habits:
    """What is known of each agent's way of working."""

    def __init__(self) -> None:
        self._at_once: dict[AgentId, bool] = {}

    def learned(self, event: events.Event, state: State) -> bool:
        """Take in what happened; True when it shows that an agent with a batch works one by one."""
        if not isinstance(event, events.ToolsFinished):
            return False
        turn = state.turns.get(event.turn)
        if turn is None or len(turn.tasks) < 2 or turn.agent in self._at_once:
            return False
        handed_in = len(turn.proposals)
        if handed_in:
            self._at_once[turn.agent] = handed_in > 1
        return handed_in == 1

    def works_one_by_one(self, agent: AgentId) -> bool:
        """Whether an agent was seen to do one task after the other, or most others were.

        The habits of one run's agents are correlated, so one that nobody has seen is taken for what
        most are; with one or none seen, for one that does its tasks at once.
        """
        seen = self._at_once.get(agent)
        if seen is None:
            at_once = sum(self._at_once.values())
            return at_once + 1 < len(self._at_once) - at_once
        return not seen

    def works_at_once(self, agent: AgentId) -> bool:
        """Whether an agent was seen to do several tasks in one reply."""
        return self._at_once.get(agent) is True
