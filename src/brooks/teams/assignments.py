"""What a lead has given to whom, what can be taken now, and what is left to be given."""

from collections.abc import Callable, Mapping, Sequence

from brooks.core import events
from brooks.core.copies import free_copy
from brooks.core.leasing import locked_by
from brooks.core.spec import Member
from brooks.core.state import OVER, State, Status
from brooks.ids import AgentId, TaskId
from brooks.teams.presence import is_there


class Assignments:
    """The assignments within one group of members. The state has who was given what; this has the order."""

    def __init__(
        self,
        members: Mapping[AgentId, Member],
        *,
        group: str,
        batch: int,
        owns: Callable[[TaskId], bool],
    ) -> None:
        self._members = members
        self._group = group
        self._batch = batch
        self._owns = owns
        self._ready: dict[TaskId, None] = {}
        """Tasks that became ready; some of them are not any more."""
        self._given: dict[TaskId, None] = {}
        """Assigned tasks in the order in which they were last assigned; some are not any more."""
        self._vain: dict[tuple[AgentId, TaskId | None], None] = {}
        """Claims that were refused and would be again, until something else happens."""

    def follow(self, event: events.Event, state: State) -> None:
        """Take in what happened."""
        if not isinstance(event, events.Refused):
            self._vain.clear()
        if isinstance(event, events.TaskReady):
            self._ready[event.task] = None
        elif isinstance(event, events.TaskAssigned):
            self._given.pop(event.task, None)
            self._given[event.task] = None
        elif isinstance(event, events.TasksLeased):
            for task in event.tasks:
                self._given.pop(task, None)
                self._ready.pop(task, None)
        elif isinstance(event, events.RunStarted | events.RunResumed):
            self._ready = dict.fromkeys(
                task for task, there in state.tasks.items() if there.status is Status.READY
            )
        elif isinstance(event, events.Refused) and event.agent is not None:
            self._refused(event.agent, event)

    def _refused(self, agent: AgentId, event: events.Refused) -> None:
        if event.command in {"Claim", "StartTurn"}:
            self._vain[agent, event.task] = None

    def was_in_vain(self, agent: AgentId, task: TaskId | None = None) -> bool:
        """Whether a claim was just refused: of a task, or whatever it was for."""
        return bool(self._vain) and ((agent, task) in self._vain or (agent, None) in self._vain)

    def may(self, agent: AgentId, task: TaskId, state: State) -> bool:
        """Whether an agent is able to do a task and would not be refused it; anyone is if nobody is."""
        if not self._owns(task) or self.was_in_vain(agent, task):
            return False
        there = state.tasks[task]
        if there.ballots and free_copy(state, task, agent) is None:
            return False
        skill = there.spec.skill
        if not skill or skill == self._group or self._is_able(agent, skill):
            return True
        return not any(self._is_able(other, skill) for other in self._members)

    def _is_able(self, agent: AgentId, skill: str) -> bool:
        skills = self._members[agent].skills
        return not skills or skill in skills

    def batch(self, agent: AgentId, state: State) -> tuple[TaskId, ...]:
        """What an agent was given and can take now, first given first."""
        batch: list[TaskId] = []
        for task in self._given:
            if batch and len(batch) == self._batch:
                break
            given = state.tasks[task].assigned == agent and self.may(agent, task, state)
            if given and _is_open(task, batch, state) and locked_by(state, task, batch) is None:
                batch.append(task)
        return tuple(batch)

    def given_to(self, agent: AgentId, state: State) -> tuple[TaskId, ...]:
        """What an agent was given and has not taken, in order."""
        return tuple(
            task
            for task in self._given
            if state.tasks[task].assigned == agent and state.tasks[task].status not in OVER
        )

    def assignee(self, task: TaskId, state: State, now: float) -> AgentId | None:
        """Who was given a task and can still take it."""
        agent = state.tasks[task].assigned
        if agent is None or agent not in self._members or not is_there(agent, state, now):
            return None
        return agent if self.may(agent, task, state) else None

    def unassigned(
        self, agents: Sequence[AgentId], state: State, now: float, *, leader: AgentId | None
    ) -> tuple[TaskId, ...]:
        """Ready tasks that these free agents could do and that nobody, or only the lead, was given."""
        if not agents:
            return ()
        return tuple(
            task
            for task in self._ready
            if state.tasks[task].status is Status.READY
            and self.assignee(task, state, now) in {None, leader}
            and locked_by(state, task) is None
            and any(self.may(agent, task, state) for agent in agents)
        )


def _is_open(task: TaskId, batch: Sequence[TaskId], state: State) -> bool:
    """Whether a task can be taken after those of the batch: everything it needs is done or in it."""
    status = state.tasks[task].status
    if status is Status.READY:
        return True
    return status is Status.WAITING and all(
        state.tasks[parent].status is Status.DONE or parent in batch
        for parent in state.graph.parents(task)
    )
