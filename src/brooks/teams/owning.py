"""Whose tasks are whose in a team that is dealt its tasks beforehand, and who is there to do them.

The deal is a schedule of the whole graph on the team's members (`brooks.teams.scheduling`). A hybrid
team's schedule counts what it costs to go on with somebody else's work, so that a chain stays in
one hand where that loses nothing. When an agent falls silent, what it owns is dealt among those
that are there.
"""

from collections.abc import Iterable, Mapping

from brooks.core.spec import Assignment, Member, Scheduler, Team
from brooks.core.state import OVER, State
from brooks.ids import AgentId, TaskId
from brooks.teams.scheduling import Costs, costs_of, deal, heft

HANDING_ON = 0.3
"""What it costs to go on with another agent's result, in units of a mean task."""


class Owning:
    """Who owns which task; nobody owns any where agents take what they like."""

    def __init__(self, team: Team) -> None:
        self._team = team
        self._members = {member.id: member for member in team.members}
        self.deals = team.assignment in {Assignment.PREASSIGNED, Assignment.HYBRID}
        """Whether tasks are dealt beforehand."""
        self.steals = team.assignment is Assignment.HYBRID and team.rules.stragglers.stealing
        self.gathered_by = 0.0
        """When whoever has not been heard is taken for lost (log seconds)."""
        self._owner: dict[TaskId, AgentId] = {}
        self._present: dict[AgentId, None] = {}
        """Agents that were heard and have not been lost since."""
        self._silent: dict[AgentId, None] = {}
        """Agents that were lost, or never heard in all the time that a lease holds."""

    def begin_anew(self, gathered_by: float) -> None:
        """Nobody has been heard."""
        self.gathered_by = gathered_by
        self._present.clear()
        self._silent.clear()

    def heard(self, agent: AgentId) -> None:
        """The agent is there."""
        self._present[agent] = None
        self._silent.pop(agent, None)

    def lost(self, agent: AgentId) -> None:
        """The agent is not there."""
        self._present.pop(agent, None)
        self._silent[agent] = None

    def is_present(self, agent: AgentId) -> bool:
        """Whether an agent was heard and not lost since, or is not to be expected yet."""
        return agent in self._present or self._members[agent].joins > 0

    def owner(self, task: TaskId) -> AgentId | None:
        """Who owns a task; None for everybody."""
        return self._owner.get(task)

    def give(self, tasks: Iterable[TaskId], agent: AgentId) -> None:
        """These tasks are another's now; where nobody owns any they stay everybody's."""
        for task in tasks if self.deals else ():
            self._owner[task] = agent

    def may_be_robbed(self, owner: AgentId, state: State) -> bool:
        """Whether an owner is busy or away, so that others may take what it has not begun."""
        there = state.agents.get(owner)
        if owner in self._silent or (there is not None and there.left):
            return True
        if there is None:
            return False
        return bool(there.fence) or there.turn is not None or not there.available

    def is_able(self, agent: AgentId, task: TaskId, state: State) -> bool:
        """Whether an agent has the skill that a task asks for; everybody has one that nobody left has."""
        wanted = state.tasks[task].spec.skill
        if not wanted or self._has(agent, wanted):
            return True
        left = (name for name, there in state.agents.items() if not there.left)
        return not any(self._has(name, wanted) for name in left if name in self._members)

    def _has(self, agent: AgentId, skill: str) -> bool:
        skills = self._members[agent].skills
        return not skills or skill in skills

    def deal(self, state: State) -> None:
        """Give every task an owner: all at the start, later ones to whoever has the least to do."""
        if not self.deals or len(self._owner) == len(state.graph):
            return
        if not self._owner:
            for agent, tasks in self._first_deal(state).items():
                self.give(tasks, agent)
            return
        new = [task for task in state.graph if task not in self._owner]
        self._spread(new, state, list(self._present) or list(self._members))

    def _first_deal(self, state: State) -> Mapping[AgentId, Iterable[TaskId]]:
        team, graph = self._team, state.graph
        members = [member for member in team.members if self._is_expected(member, state)]
        members = members or list(team.members)
        tasks = {name: there.spec for name, there in state.tasks.items()}
        if team.assignment is Assignment.PREASSIGNED or team.scheduler in _BY_THE_BOOK:
            return deal(team.scheduler, graph, tasks, members)
        costs = costs_of(tasks, graph, members)
        handing_on = HANDING_ON * sum(graph.weight(task) for task in graph) / max(len(graph), 1)
        edges = {(parent, task): handing_on for task in graph for parent in graph.parents(task)}
        return heft(graph, _talking(costs, edges)).dealing

    def _is_expected(self, member: Member, state: State) -> bool:
        """Whether a member is in the team from the start; of an elastic one who was called is."""
        there = state.agents.get(member.id)
        if self._team.elastic is not None:
            return there is not None and not there.left
        return member.joins <= 0

    def deal_anew(self, state: State) -> list[AgentId]:
        """Deal what the silent ones own among those that are there; gives the silent ones."""
        if not self._present or not self._silent or not self.deals:
            return []
        silent = list(self._silent)
        orphans = [
            task
            for task, owner in self._owner.items()
            if owner in self._silent and state.tasks[task].status not in OVER
        ]
        self._spread(orphans, state, list(self._present))
        return silent

    def _spread(self, tasks: Iterable[TaskId], state: State, agents: list[AgentId]) -> None:
        loads = dict.fromkeys(agents, 0.0)
        for task, owner in self._owner.items():
            if owner in loads and state.tasks[task].status not in OVER:
                loads[owner] += state.graph.weight(task) / self._members[owner].speed
        for task in tasks:
            able = [agent for agent in loads if self.is_able(agent, task, state)] or list(loads)
            effort = state.graph.weight(task)
            after = {agent: loads[agent] + effort / self._members[agent].speed for agent in able}
            agent = min(able, key=after.__getitem__)
            self._owner[task] = agent
            loads[agent] = after[agent]


_BY_THE_BOOK = frozenset({Scheduler.CHAINS_ROUND_ROBIN, Scheduler.LPT, Scheduler.CPOP})
"""Schedulers that a hybrid team uses as they are."""


def _talking(costs: Costs, edges: Mapping[tuple[TaskId, TaskId], float]) -> Costs:
    return Costs(
        members=costs.members, works=costs.works, communications=edges, prices=costs.prices
    )
