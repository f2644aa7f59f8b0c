"""Who has which tasks in a team without leases: dealt once, or nobody."""

from brooks.core.spec import Assignment, Team
from brooks.core.state import OVER, State
from brooks.ids import AgentId, TaskId
from brooks.teams.scheduling import DEALERS


class Dealt:
    """The tasks of each agent; none where agents choose for themselves."""

    def __init__(self, team: Team) -> None:
        self._team = team
        self._agents = [member.id for member in team.members]
        self._dealt: dict[AgentId, list[TaskId]] = {}
        self._owned = 0

    @property
    def nobody_deals(self) -> bool:
        """Whether agents choose for themselves."""
        return self._team.assignment is Assignment.SELF_CLAIM

    def left(self, agent: AgentId, state: State) -> tuple[TaskId, ...]:
        """What an agent was dealt and is not over."""
        if self.nobody_deals:
            return ()
        if not self._dealt:
            dealt = DEALERS[self._team.scheduler](state.graph, self._agents)
            self._dealt = {owner: list(tasks) for owner, tasks in dealt.items()}
            self._owned = len(state.graph)
        elif self._owned < len(state.graph):
            self._deal_later_ones(state)
        return self._open(agent, state)

    def _open(self, agent: AgentId, state: State) -> tuple[TaskId, ...]:
        return tuple(task for task in self._dealt[agent] if state.tasks[task].status not in OVER)

    def _deal_later_ones(self, state: State) -> None:
        """A task that was found on the way goes to the agent that has the fewest left."""
        for task in list(state.graph)[self._owned :]:
            fewest = min(self._agents, key=lambda agent: len(self._open(agent, state)))
            self._dealt[fewest].append(task)
        self._owned = len(state.graph)
