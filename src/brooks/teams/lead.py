"""A lead that thinks with a model says who does what; agents take what they were given when they are free.

How it works. The lead is asked for a turn when there is something for it to decide: a task is ready
and unassigned while an agent is free, a check failed, or a turn lasts longer than such turns usually
do. What happens while it thinks waits for its next turn, and it is not asked again about what it has
just seen and left as it was. It holds a lease over no task for the length of its turn, and every
turn takes a new fence, so that what an earlier lead still says is refused.

An assignment is used up when its task is taken: a task that comes back, from a dead agent or after
a failed turn, is unassigned again, and so is one whose agent is away. Of several tasks an agent takes
the first that it was given.

Liveness does not rest on the lead. A ready task that could have been assigned for a lease's length
and was not is taken by a free agent, the largest upward rank first; and when that has happened twice
in a row, another leads (`brooks.teams.succession`). A lead that is the last one left does the work
itself and asks nobody.

Copies of tasks (replicas, backups) are not made in a team with a lead: it releases and assigns anew.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from brooks.core import events
from brooks.core.commands import Claim, StartTurn
from brooks.core.events import Record
from brooks.core.facts import DropReason, EndReason, Role
from brooks.core.leasing import locked_by
from brooks.core.spec import Member, Team
from brooks.core.state import OVER, Phase, State, Status, Turn
from brooks.ids import AgentId, TaskId
from brooks.teams.assignments import Assignments
from brooks.teams.guard import Guard
from brooks.teams.lateness import Lateness
from brooks.teams.outlook import AgentView, Doing, Outlook, TaskView
from brooks.teams.policy import Wake, Wish
from brooks.teams.presence import is_free, is_there
from brooks.teams.scheduling import Priorities
from brooks.teams.succession import Succession

Situation = tuple[tuple[TaskId, ...], tuple[AgentId, ...]]
"""Tasks that could be assigned, and agents that are free."""

_NEWS_OF_NOTHING = (
    events.RequestSent,
    events.RequestFailed,
    events.ReplyReceived,
    events.ToolsFinished,
    events.LeaseRenewed,
    events.CheckStarted,
    events.CheckFinished,
    events.CheckVoided,
    events.FaultInjected,
)
"""Events that change nothing about who may do what."""
_SAID_ENOUGH = frozenset({EndReason.FINISHED, EndReason.OUT_OF_REQUESTS})
"""Ends of a lead's turn after which it is not asked about the same again."""


def _everything(task: TaskId) -> bool:
    return True


class Lead:
    """The policy of a team, or of one group of it, in which a lead assigns."""

    def __init__(
        self,
        team: Team,
        *,
        members: Sequence[Member] | None = None,
        group: str = "",
        owns: Callable[[TaskId], bool] = _everything,
    ) -> None:
        chosen = team.members if members is None else members
        self._team = team
        self._members = {member.id: member for member in chosen}
        self._group = group
        self._owns = owns
        self._succession = Succession(chosen, lease_seconds=team.lease_seconds)
        self._assignments = Assignments(self._members, group=group, batch=team.batch, owns=owns)
        self._lateness = Lateness(team, self._members)
        self._guard = Guard(team.rules.failing)
        self._priorities = Priorities()
        self._since: dict[TaskId, float] = {}
        """Tasks that could be assigned and are not, and since when."""
        self._shown: Situation | None = None
        """What the last lead's turn began with; None when that came to nothing."""
        self._check_failed = False
        """Since the last lead's turn began."""
        self._stirred = False
        self._wakes_at = 0.0
        self._gathers_until = 0.0

    @property
    def leader(self) -> AgentId | None:
        """Who leads now, as far as the log tells."""
        return self._succession.leader

    def stir(self) -> None:
        """Look again at what is to be done: tasks have come or gone by another way than the log."""
        self._stirred = True

    def react(self, record: Record, state: State, now: float) -> Iterable[Wish]:
        """Keep the books, give out what was assigned, and ask the lead when it has something to decide."""
        event = record.event
        if isinstance(event, events.TurnEnded) and self._succession.is_leading(event.turn):
            self._lead_ended(event)
        elif isinstance(event, events.TurnEnded | events.TaskDone) and event.agent in self._members:
            yield from self._guard.follow(event, state, now)
        self._follow(event, state, now)
        if isinstance(event, events.RunStarted | events.RunResumed):
            yield Wake(at=now + self._team.lease_seconds)
        elif isinstance(event, events.TasksLeased) and event.agent in self._members:
            yield from self._start(event, state)
        self._stirred = self._stirred or not isinstance(event, _NEWS_OF_NOTHING)
        if self._stirred and record.position == state.position:
            yield from self._decide(state, now)

    def wake(self, state: State, now: float) -> Iterable[Wish]:
        """See who is late, who is missing, and what was left undecided for too long."""
        if now >= self._gathers_until:
            self._succession.gathers = False
        yield from self._decide(state, now)

    def outlook(self, agent: AgentId, state: State, now: float) -> Outlook:
        """What a lead sees at this moment."""
        mine = [task for task in state.tasks if self._owns(task)]
        open_tasks = [task for task in mine if state.tasks[task].status not in OVER]
        keys = self._priorities.keys(state.graph)
        others = [member for member in self._members.values() if member.id != agent]
        return Outlook(
            lead=agent,
            group=self._group,
            agents=tuple(self._agent_view(member, state, now) for member in others),
            tasks=tuple(
                self._task_view(task, -keys[task][0], state, now)
                for task in sorted(open_tasks, key=keys.__getitem__)
            ),
            over=len(mine) - len(open_tasks),
        )

    def _follow(self, event: events.Event, state: State, now: float) -> None:
        self._succession.follow(event)
        self._lateness.follow(event, state, now)
        self._assignments.follow(event, state)
        if isinstance(event, events.RunStarted | events.RunResumed):
            self._gathers_until = now + self._team.lease_seconds
            self._wakes_at = 0.0
            self._shown = None
            self._since.clear()
        elif isinstance(event, events.ProposalDropped):
            failed = event.reason is DropReason.CHECK_FAILED and self._owns(event.task)
            self._check_failed = self._check_failed or failed
        elif isinstance(event, events.TurnStarted):
            self._turn_began(event, state, now)

    def _turn_began(self, event: events.TurnStarted, state: State, now: float) -> None:
        """Note what a lead is shown, so that it is not asked about the same again."""
        if event.role is not Role.LEAD or event.agent not in self._members:
            return
        self._shown = self._situation(state, now)
        self._check_failed = False
        self._lateness.note_told(state, now)

    def _lead_ended(self, event: events.TurnEnded) -> None:
        if event.agent in self._members and event.reason not in _SAID_ENOUGH:
            self._shown = None

    def _start(self, event: events.TasksLeased, state: State) -> Iterator[Wish]:
        there = state.agents[event.agent]
        if there.turn is None and there.fence == event.fence:
            yield StartTurn(
                agent=event.agent,
                tasks=event.tasks,
                fence=event.fence,
                model=self._guard.model_for(event.tasks, state),
                role=event.role,
            )

    def _decide(self, state: State, now: float) -> Iterator[Wish]:
        if state.phase is not Phase.RUNNING or state.turns_spent:
            return
        self._stirred = False
        before = state.position
        self._see_who_leads(state, now)
        yield from self._hand_out(state, now)
        if state.position != before:
            return  # what came of it is news, and will be looked at
        yield from self._help_themselves(state, now)
        if state.position != before:
            return
        yield from self._ask_lead(state, now)
        moment = self._next_moment(state, now)
        if moment is not None and (moment < self._wakes_at or self._wakes_at <= now):
            self._wakes_at = moment
            yield Wake(at=moment)

    def _see_who_leads(self, state: State, now: float) -> None:
        before = self.leader
        self._succession.choose(state, now)
        if self.leader != before:
            self._shown = None

    def _workers(self, state: State, now: float) -> list[AgentId]:
        """Who is free to work: the lead only when it is the last one left."""
        alone = self._succession.is_alone(state, now)
        return [
            agent
            for agent in self._members
            if is_free(agent, state, now) and (agent != self.leader or alone)
        ]

    def _hand_out(self, state: State, now: float) -> Iterator[Wish]:
        """Let free agents take what they were given."""
        for agent in self._workers(state, now):
            batch = self._assignments.batch(agent, state)
            if batch:
                yield Claim(agent=agent, tasks=batch)

    def _situation(self, state: State, now: float) -> Situation:
        """Ready tasks that nobody has been given although an agent is free, and the free agents."""
        workers = self._workers(state, now)
        free = tuple(agent for agent in workers if not self._assignments.batch(agent, state))
        return self._assignments.unassigned(free, state, now, leader=self.leader), free

    def _help_themselves(self, state: State, now: float) -> Iterator[Wish]:
        """Take what nobody was given for a lease's length, or at once where the lead is alone."""
        tasks, _ = self._situation(state, now)
        self._since = {task: self._since.get(task, now) for task in tasks}
        alone = self._succession.is_alone(state, now)
        patience = 0.0 if alone else self._team.lease_seconds
        overdue = [task for task in tasks if now >= self._since[task] + patience]
        if not overdue:
            return
        if not alone:
            self._succession.overlook()
            self._see_who_leads(state, now)
        keys = self._priorities.keys(state.graph)
        free = self._workers(state, now)
        for task in sorted(overdue, key=keys.__getitem__):
            taker = next((one for one in free if self._assignments.may(one, task, state)), None)
            if taker is not None and locked_by(state, task) is None:
                free.remove(taker)
                yield Claim(agent=taker, tasks=(task,))

    def _ask_lead(self, state: State, now: float) -> Iterator[Wish]:
        leader = self.leader
        if leader is None or self._succession.is_alone(state, now):
            return
        if not is_free(leader, state, now) or self._assignments.was_in_vain(leader):
            return
        situation = self._situation(state, now)
        is_new = bool(situation[0]) and situation != self._shown
        if is_new or self._check_failed or self._lateness.has_news(state, now):
            yield Claim(agent=leader, tasks=(), role=Role.LEAD, group=self._group)

    def _next_moment(self, state: State, now: float) -> float | None:
        """When something will be to be decided, though nothing may happen until then."""
        lease = self._team.lease_seconds
        moments = [since + lease for since in self._since.values()]
        moments += self._lateness.moments(state)
        known = [state.agents[agent] for agent in self._members if agent in state.agents]
        moments += [one.heard + lease for one in known if not one.available and not one.left]
        return min((moment for moment in moments if moment > now), default=None)

    def _agent_view(self, member: Member, state: State, now: float) -> AgentView:
        there = state.agents.get(member.id)
        turn = None if there is None or there.turn is None else state.turns.get(there.turn)
        return AgentView(
            agent=member.id,
            doing=_doing(turn, is_there=is_there(member.id, state, now)),
            tasks=() if turn is None else turn.tasks,
            seconds=0.0 if turn is None else now - turn.began,
            late=turn is not None and self._lateness.is_late(turn, state, now),
            next=self._assignments.given_to(member.id, state),
            speed=member.speed,
            skills=member.skills,
        )

    def _task_view(self, task: TaskId, rank: float, state: State, now: float) -> TaskView:
        there = state.tasks[task]
        parents = state.graph.parents(task)
        return TaskView(
            task=task,
            title=there.spec.title,
            status=there.status,
            assigned=self._assignments.assignee(task, state, now),
            holders=tuple(state.leases[fence].agent for fence in there.holders),
            needs=tuple(one for one in parents if state.tasks[one].status is not Status.DONE),
            rank=rank,
            effort=state.graph.weight(task),
            skill=there.spec.skill,
            failures=there.failures,
            check=None if there.feedback is None else there.feedback.reason,
        )


def _doing(turn: Turn | None, *, is_there: bool) -> Doing:
    if turn is not None:
        return Doing.LEADING if turn.role is Role.LEAD else Doing.WORKING
    return Doing.FREE if is_there else Doing.AWAY
