"""Sub-teams, each with a lead of its own: a hierarchy as a composition of teams with a lead.

A task belongs to the group that its `skill` names. Another goes with the first task it depends on, so
that a chain stays in one group, and the groups take the chains in turn. A group of which nobody is
left has its open tasks dealt among the others.

There is no lead of leads: nobody moves a task from one group to another by judgement, and a group
that has run out of work stays idle although another has too much.
"""

from collections.abc import Iterable, Iterator

from brooks.core import events
from brooks.core.events import Record
from brooks.core.spec import Task, Team
from brooks.core.state import OVER, State
from brooks.ids import AgentId, TaskId
from brooks.teams.lead import Lead
from brooks.teams.outlook import Outlook
from brooks.teams.policy import Wake, Wish
from brooks.teams.presence import is_gone

_COMES_OR_GOES = (
    events.AgentJoined,
    events.LeaseExpired,
    events.AgentLeft,
    events.AgentQuarantined,
)
"""Events after which a group may be lost, or the first that is there to take its tasks."""


class Groups:
    """The policy of a team of groups, in each of which a lead assigns."""

    def __init__(self, team: Team) -> None:
        self._team = team
        self._members: dict[str, list[AgentId]] = {}
        for member in team.members:
            self._members.setdefault(member.group, []).append(member.id)
        self._names = list(self._members)
        self._homes: dict[TaskId, str] = {}
        self._next = 0
        """The group that gets the next chain."""
        self._leads = {name: self._lead(name) for name in self._names}
        self._lost_from = 0.0
        """Until then nobody is taken for lost: a run begins, or goes on."""

    def react(self, record: Record, state: State, now: float) -> Iterable[Wish]:
        """Say whose a new task is, and let every lead's policy see what happened."""
        event = record.event
        if isinstance(event, events.TaskAdded):
            self._homes[event.task.id] = self._home(event.task)
        elif isinstance(event, events.RunStarted | events.RunResumed):
            self._lost_from = now + self._team.lease_seconds
        elif isinstance(event, events.TurnEnded) and not state.agents[event.agent].available:
            yield Wake(at=now + self._team.lease_seconds)
        elif isinstance(event, _COMES_OR_GOES):
            self._rehouse(state, now)
        for lead in self._leads.values():
            yield from lead.react(record, state, now)

    def wake(self, state: State, now: float) -> Iterable[Wish]:
        """See whether a group is lost, and wake the others."""
        self._rehouse(state, now)
        for lead in self._leads.values():
            yield from lead.wake(state, now)

    def outlook(self, agent: AgentId, state: State, now: float) -> Outlook:
        """What the lead of an agent's group sees."""
        name = next(name for name in self._names if agent in self._members[name])
        return self._leads[name].outlook(agent, state, now)

    def _lead(self, name: str) -> Lead:
        members = [member for member in self._team.members if member.group == name]

        def owns(task: TaskId) -> bool:
            return self._homes.get(task) == name

        return Lead(self._team, members=members, group=name, owns=owns)

    def _home(self, task: Task) -> str:
        if task.skill in self._members:
            return task.skill
        parent = next((self._homes[one] for one in task.depends_on if one in self._homes), None)
        return self._in_turn(self._names) if parent is None else parent

    def _in_turn(self, names: list[str]) -> str:
        name = names[self._next % len(names)]
        self._next += 1
        return name

    def _rehouse(self, state: State, now: float) -> None:
        """Deal the open tasks of groups of which nobody is left among the others."""
        lost = list(self._lost(state, now))
        others = [name for name in self._names if name not in lost]
        if not lost or not others:
            return
        for task, home in self._homes.items():
            if home in lost and state.tasks[task].status not in OVER:
                self._homes[task] = self._in_turn(others)
        for name in others:
            self._leads[name].stir()

    def _lost(self, state: State, now: float) -> Iterator[str]:
        if now < self._lost_from:
            return
        for name, agents in self._members.items():
            lease = self._team.lease_seconds
            if all(is_gone(agent, state, now, lease_seconds=lease) for agent in agents):
                yield name
