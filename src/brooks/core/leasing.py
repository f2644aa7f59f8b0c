"""Leases: who holds which tasks, until when, and under which fencing token.

A lease is valid until its time is over (Gray and Cheriton 1989). Each grant takes the next fencing
token, and a write under any other token than that of a valid lease is refused, so that an agent
which slept past its lease cannot do harm when it wakes up. A lease covers an ordered batch: every
dependency of a task in it is done or earlier in the batch, so one lease may follow a chain.
"""

from collections.abc import Sequence

from msgspec.structs import asdict

from brooks.core import commands, events
from brooks.core.balloting import count_without
from brooks.core.copies import free_copies, may_vote
from brooks.core.ending import Aftermath, refuse
from brooks.core.events import Event
from brooks.core.facts import EndReason, RefusalReason, Role
from brooks.core.state import OVER, Lease, Phase, State, Status
from brooks.core.team_rules import Consistency, CutOff
from brooks.ids import AgentId, Fence, TaskId, TurnId


def join(state: State, command: commands.JoinAgent, now: float) -> Sequence[Event]:
    """Take an agent in; what it held before it went away is offered again."""
    closing = Closing(state)
    agent = state.agents.get(command.agent)
    if agent is not None and agent.left:
        return refuse(command, RefusalReason.NOT_ALLOWED, detail="it has left the team")
    if agent is not None:
        closing.lease(agent.fence, "the agent started anew", EndReason.REVOKED)
        closing.turn(agent.turn, EndReason.REVOKED)
    return [*closing.finish(), events.AgentJoined(agent=command.agent)]


def call(state: State, command: commands.CallAgent, now: float) -> Sequence[Event]:
    """Have a member come that is not in the team."""
    if state.phase is not Phase.RUNNING:
        return refuse(command, RefusalReason.RUN_NOT_OPEN)
    assert state.run is not None
    if command.agent not in state.run.members:
        return refuse(command, RefusalReason.UNKNOWN_AGENT)
    agent = state.agents.get(command.agent)
    if agent is not None and not agent.left:
        return refuse(command, RefusalReason.NOT_ALLOWED, detail="it is in the team")
    return [events.AgentCalled(agent=command.agent, reason=command.reason)]


def leave(state: State, command: commands.LeaveAgent, now: float) -> Sequence[Event]:
    """Let an agent go; what it holds is offered again."""
    agent = state.agents.get(command.agent)
    if agent is None or agent.left:
        return refuse(command, RefusalReason.UNKNOWN_AGENT)
    closing = Closing(state)
    closing.lease(agent.fence, f"the agent left: {command.reason}", EndReason.REVOKED)
    closing.turn(agent.turn, EndReason.REVOKED)
    left = events.AgentLeft(agent=command.agent, reason=command.reason)
    return [*closing.finish(), left, *count_without(state, command.agent)]


def quarantine(state: State, command: commands.Quarantine, now: float) -> Sequence[Event]:
    """Give an agent no more work for a while."""
    if command.agent not in state.agents:
        return refuse(command, RefusalReason.UNKNOWN_AGENT)
    return [events.AgentQuarantined(**asdict(command))]


def release(state: State, command: commands.Release, now: float) -> Sequence[Event]:
    """Take a task from those who hold it; a change of theirs that waits for its check stays."""
    task = state.tasks.get(command.task)
    if task is None:
        return refuse(command, RefusalReason.UNKNOWN_TASK, task=command.task)
    if command.agent is not None and not leads(state, command.agent, command.fence, now):
        return refuse(command, RefusalReason.STALE_FENCE, task=command.task, turn=command.turn)
    held = [
        state.leases[fence]
        for fence in task.holders
        if command.holder in {None, state.leases[fence].agent}
    ]
    if not held or task.status is not Status.LEASED:
        return refuse(command, RefusalReason.NOT_READY, task=command.task, turn=command.turn)
    closing = Closing(state)
    for lease in held:
        closing.part(lease, [command.task, *_after(state, lease, command.task)], command)
    return closing.finish()


def _after(state: State, lease: Lease, task: TaskId) -> list[TaskId]:
    """Tasks of a lease that depend on one of it, directly or not, and are not in the merge queue."""
    gone = {task}
    for other in lease.tasks:
        if not gone.isdisjoint(state.graph.parents(other)):
            gone.add(other)
    return [
        other
        for other in lease.tasks
        if other != task and other in gone and state.tasks[other].status is Status.LEASED
    ]


def leads(state: State, agent: AgentId, fence: Fence, now: float) -> bool:
    """Whether this agent leads now: under the last fence that was given to a lead of its group."""
    lease = valid_lease(state, fence, agent, now)
    if lease is None or lease.role is not Role.LEAD:
        return False
    return not any(
        other.role is Role.LEAD and other.group == lease.group and other.fence > fence
        for other in state.leases.values()
    )


def assign(state: State, command: commands.Assign, now: float) -> Sequence[Event]:
    """Note whom a lead wants to do a task."""
    if not leads(state, command.agent, command.fence, now):
        return refuse(command, RefusalReason.STALE_FENCE, task=command.task, turn=command.turn)
    task = state.tasks.get(command.task)
    if task is None:
        return refuse(command, RefusalReason.UNKNOWN_TASK, task=command.task, turn=command.turn)
    if task.status in OVER:
        return refuse(command, RefusalReason.TASK_OVER, task=command.task, turn=command.turn)
    to = state.agents.get(command.to)
    if to is None or to.left:
        return refuse(command, RefusalReason.UNKNOWN_AGENT, task=command.task, turn=command.turn)
    return [
        events.TaskAssigned(
            task=command.task,
            agent=command.to,
            by=command.agent,
            fence=command.fence,
            turn=command.turn,
            call=command.call,
        )
    ]


def claim(state: State, command: commands.Claim, now: float) -> Sequence[Event]:
    """Grant a lease over the whole batch, or refuse all of it."""
    if state.phase is not Phase.RUNNING:
        return refuse(command, RefusalReason.RUN_NOT_OPEN)
    if state.turns_spent:
        return refuse(command, RefusalReason.RUN_NOT_OPEN)
    agent = state.agents.get(command.agent)
    if agent is None or not agent.available:
        return refuse(command, RefusalReason.UNKNOWN_AGENT)
    if agent.fence or agent.turn is not None:
        return refuse(command, RefusalReason.ALREADY_HOLDS)
    if now < agent.quarantined_until:
        return refuse(command, RefusalReason.NOT_ALLOWED, detail="it is in quarantine")
    if command.role is Role.LEAD:
        return _claim_lead(state, command, now)
    if not command.tasks:
        return refuse(command, RefusalReason.NOT_READY)
    copy = free_copies(state, command.tasks, command.agent) if state.rules.copies > 1 else None
    for index, task in enumerate(command.tasks):
        earlier = command.tasks[:index]
        reason = _cannot_lease(state, command.agent, task, earlier, shares=copy is not None)
        if reason is not None:
            return refuse(command, reason, task=task)
    return [_grant(state, command, now, copy=copy or 0)]


def _grant(state: State, command: commands.Claim, now: float, *, copy: int) -> events.TasksLeased:
    assert state.run is not None
    return events.TasksLeased(
        agent=command.agent,
        tasks=command.tasks,
        fence=Fence(state.fence + 1),
        expires_at=now + state.run.lease_seconds,
        copy=copy,
        role=command.role,
        group=command.group,
    )


def _claim_lead(state: State, command: commands.Claim, now: float) -> Sequence[Event]:
    """Let an agent lead a group; whoever led it until now has nothing more to say."""
    if command.tasks:
        return refuse(command, RefusalReason.NOT_ALLOWED, detail="a lead holds no task")
    closing = Closing(state)
    for lease in state.leases.values():
        if lease.role is Role.LEAD and lease.group == command.group:
            closing.lease(lease.fence, "another leads now", EndReason.SUPERSEDED)
    return [*closing.finish(), _grant(state, command, now, copy=0)]


def locked_by(state: State, task_id: TaskId, together: Sequence[TaskId] = ()) -> TaskId | None:
    """A task at work, not among those taken `together`, that has locked a file this one names."""
    if state.rules.consistency is not Consistency.LOCKED:
        return None
    for path in state.tasks[task_id].spec.files:
        for other in state.locks.get(path, ()):
            if other != task_id and other not in together:
                return other
    return None


def _cannot_lease(
    state: State, agent: AgentId, task_id: TaskId, earlier: Sequence[TaskId], *, shares: bool
) -> RefusalReason | None:
    """Why not; `shares` says that there is a copy of every task of the batch."""
    task = state.tasks.get(task_id)
    if task is None:
        return RefusalReason.UNKNOWN_TASK
    if task_id in earlier:
        return RefusalReason.HELD_BY_ANOTHER
    if not may_vote(state, task, agent):
        return RefusalReason.NOT_ALLOWED
    if locked_by(state, task_id, earlier) is not None:
        return RefusalReason.FILE_LOCKED
    if task.ballots or task.status in {Status.LEASED, Status.QUEUED}:
        if not shares:
            return RefusalReason.HELD_BY_ANOTHER
    elif task.status is Status.READY:
        return None
    elif task.status in OVER:
        return RefusalReason.TASK_OVER
    for parent in state.graph.parents(task_id):
        if state.tasks[parent].status is not Status.DONE and parent not in earlier:
            return RefusalReason.NOT_READY
    return None


def valid_lease(state: State, fence: Fence, agent: str, now: float) -> Lease | None:
    """The lease under this token, if this agent holds it now."""
    lease = state.leases.get(fence)
    if lease is None or lease.agent != agent or now >= lease.expires_at:
        return None
    return lease


def renew(state: State, command: commands.Renew, now: float) -> Sequence[Event]:
    """Extend a lease that is still valid."""
    if valid_lease(state, command.fence, command.agent, now) is None:
        agent = state.agents.get(command.agent)
        over = agent is not None and agent.turn is None  # so there is no use in going on
        return refuse(command, RefusalReason.TURN_OVER if over else RefusalReason.STALE_FENCE)
    assert state.run is not None
    if not command.queued and _has_stalled(state, state.leases[command.fence], now):
        return refuse(command, RefusalReason.NOT_ALLOWED, detail="no progress was seen")
    return [
        events.LeaseRenewed(
            agent=command.agent,
            fence=command.fence,
            expires_at=now + state.run.lease_seconds,
        )
    ]


def _has_stalled(state: State, lease: Lease, now: float) -> bool:
    """Whether a holder is alive and gets nowhere: no request, reply or change for too long."""
    longest = state.rules.failing.stall_seconds
    turn = None if lease.turn is None else state.turns.get(lease.turn)
    if longest is None or turn is None or now - turn.progress < longest:
        return False
    return not any(state.tasks[task].status is Status.QUEUED for task in lease.tasks)


def give_up(state: State, command: commands.GiveUp, now: float) -> Sequence[Event]:
    """Take back one task that its holder cannot do.

    It costs an attempt, unless the task waits for others, as it may have turned out to meanwhile.
    """
    lease = valid_lease(state, command.fence, command.agent, now)
    if lease is None:
        return refuse(command, RefusalReason.STALE_FENCE, task=command.task)
    task = state.tasks.get(command.task)
    if task is None or command.task not in lease.tasks or task.status is not Status.LEASED:
        return refuse(command, RefusalReason.HELD_BY_ANOTHER, task=command.task)
    returned = events.TasksReturned(
        agent=command.agent,
        fence=command.fence,
        tasks=(command.task,),
        counted=() if task.unmet else (command.task,),
        reason=f"given up: {command.reason}",
    )
    assert state.run is not None
    aftermath = Aftermath(state)
    if task.unmet:
        if len(task.holders) == 1:
            aftermath.offer([command.task])
    elif len(task.holders) == 1 or task.failures + 1 >= state.run.attempts:
        aftermath.spend_attempts([command.task], returned.reason)
    return [returned, *aftermath.events]


class Closing:
    """Ends leases and turns in one decision, and then says what becomes of the tasks."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._events: list[Event] = []
        self._ended: dict[TurnId, None] = {}
        self._closed: dict[Fence, None] = {}
        self._parted: dict[tuple[Fence, TaskId], None] = {}
        """Tasks taken out of leases that go on."""
        self._offered: list[TaskId] = []
        self._attempted: list[tuple[TaskId, str]] = []
        self._lost: list[TaskId] = []

    def expired(self, lease: Lease) -> None:
        """A lease's time is over."""
        self._closed[lease.fence] = None
        self._events.append(
            events.LeaseExpired(agent=lease.agent, fence=lease.fence, tasks=tuple(lease.tasks))
        )
        if self._state.rules.cut_off is CutOff.STOP:
            self.turn(lease.turn, EndReason.LEASE_LOST)
        self._lost += self._held(lease)

    def lease(
        self,
        fence: Fence,
        reason: str,
        turn_ends: EndReason,
        *,
        counted: bool = False,
        by: commands.Release | None = None,
    ) -> None:
        """Take a lease back; `counted` says that its ready tasks have used up an attempt."""
        lease = self._state.leases.get(fence)
        if lease is None or fence in self._closed:
            return
        self._closed[fence] = None
        held = self._held(lease)
        attempted = [task for task in held if counted and not self._state.tasks[task].unmet]
        self._events.append(
            events.TasksReturned(
                agent=lease.agent,
                fence=fence,
                tasks=tuple(lease.tasks),
                counted=tuple(attempted),
                reason=reason,
                by=None if by is None else by.agent,
                turn=None if by is None else by.turn,
                call="" if by is None else by.call,
            )
        )
        self.turn(lease.turn, turn_ends)
        self._offered += [task for task in held if task not in attempted]
        self._attempted += [(task, reason) for task in attempted]

    def part(self, lease: Lease, tasks: Sequence[TaskId], by: commands.Release) -> None:
        """Take some tasks of a lease back; its turn goes on with the others, if there are any."""
        if len(tasks) == len(lease.tasks):
            self.lease(lease.fence, f"released: {by.reason}", EndReason.SUPERSEDED, by=by)
            return
        self._events.append(
            events.TasksReturned(
                agent=lease.agent,
                fence=lease.fence,
                tasks=tuple(tasks),
                counted=(),
                reason=f"released: {by.reason}",
                by=by.agent,
                turn=by.turn,
                call=by.call,
            )
        )
        self._parted |= {(lease.fence, task): None for task in tasks}
        self._offered += [task for task in tasks if self._is_let_go(task)]

    def _held(self, lease: Lease) -> list[TaskId]:
        """Its tasks that nobody else holds, without those whose change is in the merge queue."""
        tasks = self._state.tasks
        return [
            task
            for task in lease.tasks
            if tasks[task].status is Status.LEASED and self._is_let_go(task)
        ]

    def _is_let_go(self, task: TaskId) -> bool:
        """Whether everyone who held a task has lost it by now."""
        return all(
            fence in self._closed or (fence, task) in self._parted
            for fence in self._state.tasks[task].holders
        )

    def turn(self, turn: TurnId | None, reason: EndReason) -> None:
        """End a turn, unless it is over."""
        if turn is not None and turn in self._state.turns and turn not in self._ended:
            self._ended[turn] = None
            agent = self._state.turns[turn].agent
            self._events.append(events.TurnEnded(turn=turn, agent=agent, reason=reason))

    def finish(self) -> list[Event]:
        """Everything that ended, and then what follows from it."""
        aftermath = Aftermath(self._state)
        limit = self._state.run.lost_leases if self._state.run else 0
        for task in self._lost:
            there = self._state.tasks[task]
            if not there.unmet and there.lost + 1 >= limit:
                aftermath.fail(task, "its lease was lost too often")
        for task, reason in self._attempted:
            aftermath.spend_attempts([task], reason)
        aftermath.offer([*self._lost, *self._offered])
        return [*self._events, *aftermath.events]


def expire(state: State, closing: Closing, now: float) -> None:
    """End every lease whose time is over."""
    due = [lease for lease in state.leases.values() if lease.expires_at <= now]
    for lease in sorted(due, key=lambda lease: lease.fence):
        closing.expired(lease)
