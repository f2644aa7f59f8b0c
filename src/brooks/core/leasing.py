"""Leases: who holds which tasks, until when, and under which fencing token.

A lease is valid until its time is over (Gray and Cheriton 1989). Each grant takes the next fencing token,
and a write under any other token than that of a valid lease is refused, so that an agent which slept past
its lease cannot do harm when it wakes up. A lease covers an ordered batch: every dependency of a task in it
is done or earlier in the batch, so one lease may follow a chain.
"""

from collections.abc import Sequence

from brooks.core import commands, events
from brooks.core.ending import fail, offer, refuse, spend_attempts
from brooks.core.events import EndReason, Event, Outcome, RefusalReason
from brooks.core.state import OVER, Lease, Phase, State, Status
from brooks.ids import Fence, TaskId


def join(state: State, command: commands.JoinAgent, now: float) -> Sequence[Event]:
    """Take an agent in; what it held before it went away is offered again."""
    result: list[Event] = []
    agent = state.agents.get(command.agent)
    if agent is not None:
        result = revoke(state, agent.fence, "the agent started anew", EndReason.REVOKED)
        if agent.turn is not None and not result:
            result = [
                events.TurnEnded(turn=agent.turn, agent=command.agent, reason=EndReason.REVOKED)
            ]
    return [*result, events.AgentJoined(agent=command.agent)]


def claim(state: State, command: commands.Claim, now: float) -> Sequence[Event]:
    """Grant a lease over the whole batch, or refuse all of it."""
    if state.phase is not Phase.RUNNING:
        return refuse(command, RefusalReason.RUN_NOT_OPEN)
    if state.turn_budget is not None and state.turns_started >= state.turn_budget:
        return [*_spent(state), *refuse(command, RefusalReason.RUN_NOT_OPEN)]
    agent = state.agents.get(command.agent)
    if agent is None or not agent.available:
        return refuse(command, RefusalReason.UNKNOWN_AGENT)
    if agent.fence:
        return refuse(command, RefusalReason.ALREADY_HOLDS)
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


def _spent(state: State) -> list[Event]:
    return [
        events.RunStopping(
            outcome=Outcome.BUDGET, reason=f"the budget of {state.turn_budget} turns is used up"
        )
    ]


def _cannot_lease(
    state: State, task_id: TaskId, earlier: Sequence[TaskId]
) -> RefusalReason | None:
    task = state.tasks.get(task_id)
    if task is None:
        return RefusalReason.UNKNOWN_TASK
    if task.status is Status.READY:
        return RefusalReason.HELD_BY_ANOTHER if task_id in earlier else None
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
    return [returned, *spend_attempts(state, [command.task], returned.reason)]


def revoke(
    state: State, fence: Fence, reason: str, turn_ends: EndReason, *, counted: bool = False
) -> list[Event]:
    """Take a lease back, end the turn that worked under it, and offer its tasks again."""
    lease = state.leases.get(fence)
    if lease is None:
        return []
    held = tuple(task for task in lease.tasks if state.tasks[task].status is Status.LEASED)
    attempted = [task for task in held if counted and not state.tasks[task].unmet]
    result: list[Event] = [
        events.TasksReturned(
            agent=lease.agent,
            fence=fence,
            tasks=tuple(lease.tasks),
            counted=tuple(attempted),
            reason=reason,
        )
    ]
    if lease.turn is not None:
        result.append(events.TurnEnded(turn=lease.turn, agent=lease.agent, reason=turn_ends))
    result += offer(state, (task for task in held if task not in attempted))
    return [*result, *spend_attempts(state, attempted, reason)]


def expire(state: State, now: float) -> list[Event]:
    """End every lease whose time is over."""
    assert state.run is not None
    result: list[Event] = []
    due = [lease for lease in state.leases.values() if lease.expires_at <= now]
    for lease in sorted(due, key=lambda lease: lease.fence):
        held = tuple(lease.tasks)
        result.append(events.LeaseExpired(agent=lease.agent, fence=lease.fence, tasks=held))
        if lease.turn is not None:
            result.append(
                events.TurnEnded(
                    turn=lease.turn, agent=lease.agent, reason=EndReason.LEASE_LOST
                )
            )
        for task in held:
            if state.tasks[task].status is not Status.LEASED or state.tasks[task].unmet:
                continue
            if state.tasks[task].lost + 1 >= state.run.lost_leases:
                result += fail(state, task, "its lease was lost too often")
            else:
                result.append(events.TaskReady(task=task))
    return result
