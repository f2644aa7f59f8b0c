"""The run as a whole: its start, its graph, its pauses, its last look at the tree, and its end."""

from collections.abc import Iterable, Sequence

from msgspec.structs import asdict

from brooks.core import commands, events
from brooks.core.ending import LOST, Aftermath, refuse, waiting_for
from brooks.core.events import Event
from brooks.core.facts import DropReason, EndReason, InFlight, Outcome, RefusalReason
from brooks.core.leasing import Closing, expire
from brooks.core.merging import withdraw
from brooks.core.state import OVER, Phase, State, Status
from brooks.core.steps import is_deadline
from brooks.core.turning import overdue
from brooks.ids import Fence, ProposalId, TaskId


def start(state: State, command: commands.StartRun, now: float) -> Sequence[Event]:
    """Open a new run."""
    if state.phase is not Phase.NEW:
        return refuse(command, RefusalReason.RUN_NOT_OPEN)
    return [events.RunStarted(**asdict(command))]


def resume(state: State, command: commands.ResumeRun, now: float) -> Sequence[Event]:
    """Open a new epoch: every lease is revoked, and turns in flight go on under new ones."""
    if state.run is None or (state.finished is not None and state.finished[0] is Outcome.DONE):
        return refuse(command, RefusalReason.RUN_NOT_OPEN)
    waiting = tuple(
        InFlight(agent=turn.agent, turn=turn.turn, index=turn.asked - 1)
        for turn in state.turns.values()
        if turn.in_flight
    )
    result: list[Event] = [
        events.RunResumed(
            epoch=command.epoch,
            revoked=tuple(state.leases),
            in_flight=waiting,
            budget=command.budget,
        )
    ]
    fence = state.fence
    for turn in state.turns.values():
        lease = state.leases.get(turn.fence)
        granted = Fence(0)
        if lease is not None:
            fence = granted = Fence(fence + 1)
            result.append(
                events.TasksLeased(
                    agent=turn.agent,
                    tasks=tuple(lease.tasks),
                    fence=granted,
                    expires_at=now + state.run.lease_seconds,
                    copy=lease.copy,
                    role=lease.role,
                    group=lease.group,
                )
            )
        result.append(
            events.TurnResumed(
                turn=turn.turn,
                agent=turn.agent,
                fence=granted,
                deadline=now + state.run.turn_seconds,
            )
        )
    aftermath = Aftermath(state)
    aftermath.offer(_held_by_no_turn(state))
    return [*result, *aftermath.events]


def _held_by_no_turn(state: State) -> list[TaskId]:
    """Tasks that are held and that no turn goes on with."""
    leases = state.leases
    held = {task: None for lease in leases.values() if lease.turn is None for task in lease.tasks}
    return [
        task
        for task in held
        if state.tasks[task].status is Status.LEASED
        and all(leases[fence].turn is None for fence in state.tasks[task].holders)
    ]


def open_workspace(state: State, command: commands.OpenWorkspace, now: float) -> Sequence[Event]:
    """Take the tree the run starts from, once."""
    if state.history or state.tasks:
        return refuse(command, RefusalReason.OUTDATED)
    return [events.WorkspaceOpened(tree=command.tree, files=command.files)]


def add_task(state: State, command: commands.AddTask, now: float) -> Sequence[Event]:
    """Add a task to the graph."""
    task = command.task
    if task.id in state.tasks:
        return refuse(command, RefusalReason.DUPLICATE_TASK, task=task.id)
    if command.agent is not None:
        assert state.run is not None
        if state.phase is not Phase.RUNNING:
            return refuse(command, RefusalReason.RUN_NOT_OPEN, task=task.id)
        if state.found >= state.run.found_tasks:
            return refuse(command, RefusalReason.TOO_MANY, task=task.id)
    for parent in task.depends_on:
        if parent not in state.tasks:
            return refuse(command, RefusalReason.UNKNOWN_TASK, task=task.id, detail=parent)
    added = events.TaskAdded(**asdict(command))
    unmet = [parent for parent in task.depends_on if state.tasks[parent].status is not Status.DONE]
    for parent in unmet:
        if state.tasks[parent].status in OVER:
            return [added, events.TaskBlocked(task=task.id, on=parent)]
    return [added] if unmet else [added, events.TaskReady(task=task.id)]


def add_dependency(state: State, command: commands.AddDependency, now: float) -> Sequence[Event]:
    """Add a dependency, unless that closes a cycle or comes too late."""
    task, on = state.tasks.get(command.task), state.tasks.get(command.on)
    if task is None or on is None:
        return refuse(command, RefusalReason.UNKNOWN_TASK, task=command.task, detail=command.on)
    if task.status in OVER:
        return refuse(command, RefusalReason.TASK_OVER, task=command.task)
    if task.status is Status.QUEUED:
        return refuse(command, RefusalReason.OUTDATED, task=command.task)
    cycle = state.graph.path(command.task, command.on)
    if cycle is not None:
        spelled = " -> ".join([*cycle, command.task])
        return refuse(command, RefusalReason.CYCLE, task=command.task, detail=spelled)
    added = events.DependencyAdded(**asdict(command))
    if on.status in OVER and on.status is not Status.DONE:
        aftermath = Aftermath(state)
        aftermath.block_descendants(command.task)
        blocked = events.TaskBlocked(task=command.task, on=command.on)
        return [added, blocked, *aftermath.events]
    return [added]


def pause(state: State, command: commands.PauseRun, now: float) -> Sequence[Event]:
    """Let nothing new start."""
    if state.phase is not Phase.RUNNING:
        return refuse(command, RefusalReason.RUN_NOT_OPEN)
    return [events.RunPaused()]


def go_on(state: State, command: commands.ContinueRun, now: float) -> Sequence[Event]:
    """End a pause."""
    if state.phase is not Phase.PAUSED:
        return refuse(command, RefusalReason.RUN_NOT_OPEN)
    return [events.RunContinued()]


def stop(state: State, command: commands.StopRun, now: float) -> Sequence[Event]:
    """Wind the run down."""
    if state.phase not in {Phase.RUNNING, Phase.PAUSED}:
        return refuse(command, RefusalReason.RUN_NOT_OPEN)
    return [events.RunStopping(outcome=command.outcome, reason=command.reason)]


def finish(state: State, command: commands.FinishRun, now: float) -> Sequence[Event]:
    """Close the run."""
    if command.outcome is Outcome.DONE and (state.open_tasks() or state.queue):
        return refuse(command, RefusalReason.OUTDATED)
    return [
        events.RunFinished(
            outcome=command.outcome,
            reason=command.reason,
            done=state.counts[Status.DONE],
            verified=verified_tasks(state),
            total=len(state.tasks),
        )
    ]


def verified_tasks(state: State) -> int:
    """How many done tasks passed their check on the tree as it is now."""
    return sum(commit == state.commits for commit in state.verified.values())


def cancel_task(state: State, command: commands.CancelTask, now: float) -> Sequence[Event]:
    """Give one task up for good."""
    task = state.tasks.get(command.task)
    if task is None:
        return refuse(command, RefusalReason.UNKNOWN_TASK, task=command.task)
    if task.status in {Status.DONE, Status.CANCELLED}:
        return refuse(command, RefusalReason.TASK_OVER, task=command.task)
    result = (
        withdraw(state, [task.proposal], DropReason.TASK_OVER)
        if task.status is Status.QUEUED
        else []
    )
    aftermath = Aftermath(state)
    aftermath.block_descendants(command.task)
    cancelled = events.TaskCancelled(task=command.task, reason=command.reason)
    return [*result, cancelled, *aftermath.events]


def requeue(state: State, command: commands.Requeue, now: float) -> Sequence[Event]:
    """Offer a task again with all its attempts, and unblock what waited for it alone."""
    task = state.tasks.get(command.task)
    if task is None:
        return refuse(command, RefusalReason.UNKNOWN_TASK, task=command.task)
    if task.status is Status.LEASED:
        closing = Closing(state)
        for fence in task.holders:
            closing.lease(fence, "requeued by the user", EndReason.REVOKED)
        return closing.finish()
    if task.status not in LOST:
        return refuse(command, RefusalReason.TASK_OVER, task=command.task)
    lost = _lost_parents(state, command.task, {})
    if lost:
        return refuse(
            command, RefusalReason.DEPENDENCY_NOT_DONE, task=command.task, detail=", ".join(lost)
        )
    freed: dict[TaskId, None] = {command.task: None}
    waiting = set(state.graph.descendants(command.task))
    for candidate in state.graph.order():
        blocked = candidate in waiting and state.tasks[candidate].status is Status.BLOCKED
        if blocked and not _lost_parents(state, candidate, freed):
            freed[candidate] = None
    result: list[Event] = [events.TaskRequeued(task=candidate) for candidate in freed]
    ready = [candidate for candidate in freed if not state.tasks[candidate].unmet]
    return [*result, *(events.TaskReady(task=candidate) for candidate in ready)]


def _lost_parents(state: State, task: TaskId, freed: dict[TaskId, None]) -> list[TaskId]:
    """Dependencies of a task that are not going to be done, those in `freed` aside."""
    parents = state.graph.parents(task)
    return [
        parent for parent in parents if state.tasks[parent].status in LOST and parent not in freed
    ]


def start_verification(
    state: State, command: commands.StartVerification, now: float
) -> Sequence[Event]:
    """Look at the final tree: run again every check that has not passed on exactly this tree."""
    if state.queue or (state.verification is not None and state.verification.pending):
        return refuse(command, RefusalReason.OUTDATED)
    assert state.run is not None
    return [
        events.VerificationStarted(
            round=state.rounds_verified + 1,
            head=state.commits,
            tasks=tuple(unverified_tasks(state)),
            project=state.run.project_check and state.project_verified != state.commits,
        )
    ]


def unverified_tasks(state: State) -> list[TaskId]:
    """Done tasks with a check that has not passed on the tree as it is now."""
    return [
        task_id
        for task_id, task in state.tasks.items()
        if task.status is Status.DONE
        and task.spec.check is not None
        and state.verified.get(task_id) != state.commits
    ]


def record_verification(
    state: State, command: commands.RecordVerification, now: float
) -> Sequence[Event]:
    """Take one verdict on the final tree; with the last one, every regression opens its task again."""
    verification = state.verification
    if (
        verification is None
        or command.round != verification.round
        or command.task not in verification.pending
    ):
        return refuse(command, RefusalReason.OUTDATED, task=command.task)
    result: list[Event] = [events.VerificationFinished(**asdict(command))]
    if len(verification.pending) > 1 or not state.guarantees.checked_completion:
        return result
    failed = [*verification.failed, *([] if command.passed else [command.task])]
    reopened = [task for task in failed if task is not None and _may_reopen(state, task)]
    result += withdraw(state, _queued_after(state, reopened), DropReason.DEPENDENCY_NOT_DONE)
    aftermath = Aftermath(state)
    aftermath.reopen(reopened, "its check failed on the final tree")
    return [*result, *aftermath.events]


def _may_reopen(state: State, task: TaskId) -> bool:
    return state.tasks[task].status is Status.DONE


def _queued_after(state: State, tasks: Iterable[TaskId]) -> list[ProposalId]:
    """Queued proposals of tasks that depend on any of these."""
    behind = set(waiting_for(state, tasks))
    return [number for number, proposal in state.queue.items() if proposal.task in behind]


def record_fault(state: State, command: commands.RecordFault, now: float) -> Sequence[Event]:
    """Record an injected fault."""
    return [
        events.FaultInjected(
            agent=command.agent, kind=command.kind, seconds=command.seconds, over=command.over
        )
    ]


def keep_file(state: State, command: commands.KeepFile, now: float) -> Sequence[Event]:
    """Record that the user's version of a file stayed."""
    return [events.FileKept(path=command.path, kept_at=command.kept_at, reason=command.reason)]


def _past_deadline(state: State, now: float) -> list[Event]:
    """Fail every task that was not done in its own time."""
    if not state.deadlines or state.deadlines[0][0] > now:
        return []
    due = sorted(each for each in state.deadlines if each[0] <= now and is_deadline(state, *each))
    late = [state.tasks[task_id] for _, task_id in due]
    queued = [task.proposal for task in late if task.status is Status.QUEUED]
    withdrawn = withdraw(state, queued, DropReason.TASK_OVER)
    aftermath = Aftermath(state)
    for task in late:
        aftermath.fail(task.spec.id, f"it was not done within {task.spec.deadline:g} s")
    return [*withdrawn, *aftermath.events]


def tick(state: State, command: commands.Tick, now: float) -> Sequence[Event]:
    """Notice what the time has ended: leases, turns, the budget; if none of the first two, late tasks."""
    if state.phase not in {Phase.RUNNING, Phase.PAUSED}:
        return []
    closing = Closing(state)
    expire(state, closing, now)
    overdue(state, closing, now)
    result = closing.finish() or _past_deadline(state, now)
    if state.budget.seconds is not None and now >= state.budget.seconds:
        minutes = state.budget.seconds / 60
        result.append(
            events.RunStopping(
                outcome=Outcome.BUDGET, reason=f"the budget of {minutes:g} minutes is used up"
            )
        )
    return result
