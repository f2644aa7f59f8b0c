"""Leases: who holds which tasks, until when, and under which fencing token.

A lease is valid until its time is over (Gray and Cheriton 1989). Each grant takes the next fencing
token, and a write under any other token than that of a valid lease is refused, so that an agent
which slept past its lease cannot do harm when it wakes up. A lease covers an ordered batch: every
dependency of a task in it is done or earlier in the batch, so one lease may follow a chain.
"""

from collections.abc import Sequence

from brooks.core import commands, events
from brooks.core.ending import Aftermath, refuse
from brooks.core.events import Event
from brooks.core.facts import EndReason, RefusalReason
from brooks.core.state import OVER, Lease, Phase, State, Status
from brooks.ids import Fence, TaskId, TurnId


def join(state: State, command: commands.JoinAgent, now: float) -> Sequence[Event]:
    """Take an agent in; what it held before it went away is offered again."""
    closing = Closing(state)
    agent = state.agents.get(command.agent)
    if agent is not None:
        closing.lease(agent.fence, "the agent started anew", EndReason.REVOKED)
        closing.turn(agent.turn, EndReason.REVOKED)
    return [*closing.finish(), events.AgentJoined(agent=command.agent)]


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
    if not command.tasks:
        return refuse(command, RefusalReason.NOT_READY)
    for index, task in enumerate(command.tasks):
        reason = _cannot_lease(state, task, command.tasks[:index])
        if reason is not None:
            return refuse(command, reason, task=task)
    assert state.run is not None
    return [
        events.TasksLeased(
            agent=command.agent,
            tasks=command.tasks,
            fence=Fence(state.fence + 1),
            expires_at=now + state.run.lease_seconds,
        )
    ]


def _cannot_lease(state: State, task_id: TaskId, earlier: Sequence[TaskId]) -> RefusalReason | None:
    task = state.tasks.get(task_id)
    if task is None:
        return RefusalReason.UNKNOWN_TASK
    if task_id in earlier:
        return RefusalReason.HELD_BY_ANOTHER
    if task.status is Status.READY:
        return None
    if task.status in OVER:
        return RefusalReason.TASK_OVER
    if task.status is not Status.WAITING:
        return RefusalReason.HELD_BY_ANOTHER
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
        return refuse(command, RefusalReason.STALE_FENCE)
    assert state.run is not None
    return [
        events.LeaseRenewed(
            agent=command.agent,
            fence=command.fence,
            expires_at=now + state.run.lease_seconds,
        )
    ]


def give_up(state: State, command: commands.GiveUp, now: float) -> Sequence[Event]:
    """Take back one task that its holder cannot do."""
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
        counted=(command.task,),
        reason=f"given up: {command.reason}",
    )
    aftermath = Aftermath(state)
    aftermath.spend_attempts([command.task], returned.reason)
    return [returned, *aftermath.events]


class Closing:
    """Ends leases and turns in one decision, and then says what becomes of the tasks."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._events: list[Event] = []
        self._ended: dict[TurnId, None] = {}
        self._closed: dict[Fence, None] = {}
        self._offered: list[TaskId] = []
        self._attempted: list[tuple[TaskId, str]] = []
        self._lost: list[TaskId] = []

    def expired(self, lease: Lease) -> None:
        """A lease's time is over."""
        self._closed[lease.fence] = None
        self._events.append(
            events.LeaseExpired(agent=lease.agent, fence=lease.fence, tasks=tuple(lease.tasks))
        )
        self.turn(lease.turn, EndReason.LEASE_LOST)
        self._lost += self._held(lease)

    def lease(
        self, fence: Fence, reason: str, turn_ends: EndReason, *, counted: bool = False
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
            )
        )
        self.turn(lease.turn, turn_ends)
        self._offered += [task for task in held if task not in attempted]
        self._attempted += [(task, reason) for task in attempted]

    def _held(self, lease: Lease) -> list[TaskId]:
        """Its tasks, without those whose change is in the merge queue."""
        return [task for task in lease.tasks if self._state.tasks[task].status is Status.LEASED]

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
