"""`apply`: the one door through which the state changes.

Rules of the file. A handler changes the state and nothing else, reads no clock and makes no choice:
what it needs is in the event. Each kind of event has one handler in the table at the end; a test
compares the table with the union `Event`, so that a forgotten event fails at once.
"""

from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from typing import Any

from brooks.core import events
from brooks.core.moves import MOVES, Move
from brooks.core.state import (
    AgentState,
    CheckRun,
    FileVersion,
    Lease,
    Phase,
    Proposal,
    State,
    Status,
    TaskState,
    Turn,
    Verdict,
    Verification,
)
from brooks.errors import InternalError
from brooks.ids import AgentId, Fence, ProposalId, TaskId, TurnId


def apply(state: State, record: events.Record) -> None:
    """Fold one record into the state.

    Raises:
        InternalError: when the record does not follow on the state: a gap in positions, an illegal move.
    """
    if record.position != state.position + 1:
        message = f"record {record.position!r} does not follow position {state.position!r}"
        raise InternalError(message)
    _HANDLERS[type(record.event)](state, record.event, record)
    state.position = record.position
    state.time = record.time


def fold(records: Iterable[events.Record]) -> State:
    """The state after these records, from the first on."""
    state = State()
    for record in records:
        apply(state, record)
    return state


def _move(state: State, task: TaskState, move: Move) -> None:
    before = task.status
    after = MOVES[move].get(before)
    if after is None:
        message = f"task {task.spec.id!r} cannot {move.value!r} while it is {before.value!r}"
        raise InternalError(message)
    if after is not before:
        state.counts[before] -= 1
        state.counts[after] += 1
        task.status = after


def _run_started(state: State, event: events.RunStarted, record: events.Record) -> None:
    state.run = event
    state.phase = Phase.RUNNING
    state.turn_budget = event.turn_budget
    state.seconds_budget = event.seconds_budget


def _run_resumed(state: State, event: events.RunResumed, record: events.Record) -> None:
    assert state.run is not None
    state.epoch = event.epoch
    state.phase = Phase.RUNNING
    state.stopping = state.finished = state.verification = None
    state.turn_budget = event.turn_budget
    state.seconds_budget = event.seconds_budget
    for fence in event.revoked:
        lease = state.leases.pop(fence)
        for task_id in lease.tasks:
            _move(state, state.tasks[task_id], Move.LOSE)
            state.tasks[task_id].fence = Fence(0)
    state.expiries.clear()
    state.turn_deadlines.clear()
    for agent in state.agents.values():
        agent.available = False
        agent.fence = Fence(0)
    for turn in state.turns.values():
        turn.asked = len(turn.replies)
    for proposal in state.queue.values():
        _void(proposal)


def _workspace_opened(state: State, event: events.WorkspaceOpened, record: events.Record) -> None:
    for change in event.files:
        _write(state, change)


def _write(state: State, change: events.FileChange) -> None:
    before = state.files.get(change.path)
    version = FileVersion(
        state.commits,
        1 if before is None else before.version + 1,
        change.blob,
        executable=change.executable,
    )
    state.files[change.path] = version
    state.history.setdefault(change.path, []).append(version)
    was_there = before is not None and before.blob is not None
    if change.blob is not None and not was_there:
        state.paths.add(change.path)
    elif change.blob is None and was_there:
        state.paths.remove(change.path)


def _task_added(state: State, event: events.TaskAdded, record: events.Record) -> None:
    task = event.task
    state.graph.add(task.id, task.depends_on, task.effort)
    parents = state.graph.parents(task.id)
    unmet = sum(state.tasks[parent].status is not Status.DONE for parent in parents)
    state.tasks[task.id] = TaskState(task, unmet)
    state.counts[Status.WAITING] += 1


def _dependency_added(state: State, event: events.DependencyAdded, record: events.Record) -> None:
    if event.on not in state.graph.parents(event.task):
        state.graph.depend(event.task, event.on)
        task = state.tasks[event.task]
        if state.tasks[event.on].status is not Status.DONE:
            task.unmet += 1
            if task.status is Status.READY:
                _move(state, task, Move.HOLD_BACK)


def _task_ready(state: State, event: events.TaskReady, record: events.Record) -> None:
    _move(state, state.tasks[event.task], Move.OFFER)


def _agent_joined(state: State, event: events.AgentJoined, record: events.Record) -> None:
    agent = state.agents.get(event.agent)
    if agent is None:
        agent = state.agents[event.agent] = AgentState()
    agent.available = True


def _tasks_leased(state: State, event: events.TasksLeased, record: events.Record) -> None:
    fence = event.fence
    for task_id in event.tasks:
        task = state.tasks[task_id]
        _move(state, task, Move.LEASE)
        task.fence = fence
    state.leases[fence] = Lease(event.agent, fence, event.tasks, event.expires_at)
    state.fence = fence
    state.agents[event.agent].fence = fence
    heappush(state.expiries, (event.expires_at, fence))


def _lease_renewed(state: State, event: events.LeaseRenewed, record: events.Record) -> None:
    state.leases[event.fence].expires_at = event.expires_at
    heappush(state.expiries, (event.expires_at, event.fence))
    _trim(state)


def _lease_expired(state: State, event: events.LeaseExpired, record: events.Record) -> None:
    for task_id in tuple(state.leases[event.fence].tasks):
        task = state.tasks[task_id]
        if task.status is Status.LEASED:
            task.lost += 1
        _let_go(state, task_id)
    state.agents[event.agent].available = False
    _trim(state)


def _tasks_returned(state: State, event: events.TasksReturned, record: events.Record) -> None:
    for task_id in event.counted:
        task = state.tasks[task_id]
        task.failures += 1
        task.reason = event.reason
    for task_id in event.tasks:
        _let_go(state, task_id)
    _trim(state)


def _let_go(state: State, task_id: TaskId) -> None:
    """The task is no longer held; a change already in the queue stays there."""
    task = state.tasks[task_id]
    _move(state, task, Move.LOSE)
    _unlease(state, task)


def _unlease(state: State, task: TaskState) -> None:
    """Take the task out of its lease, and close the lease when that was its last one."""
    lease = state.leases.get(task.fence)
    task.fence = Fence(0)
    if lease is None or task.spec.id not in lease.tasks:
        return
    del lease.tasks[task.spec.id]
    if not lease.tasks:
        del state.leases[lease.fence]
        holder = state.agents[lease.agent]
        if holder.fence == lease.fence:
            holder.fence = Fence(0)
        _trim(state)


def _trim(state: State) -> None:
    """Drop entries of the timer heaps that no longer mean anything from their tops."""
    heap = state.expiries
    while heap:
        lease = state.leases.get(heap[0][1])
        if lease is not None and lease.expires_at == heap[0][0]:
            break
        heappop(heap)
    deadlines = state.turn_deadlines
    while deadlines:
        turn = state.turns.get(deadlines[0][1])
        if turn is not None and turn.deadline == deadlines[0][0]:
            break
        heappop(deadlines)


def _refused(state: State, event: events.Refused, record: events.Record) -> None:
    """A refusal changes nothing."""


def _turn_started(state: State, event: events.TurnStarted, record: events.Record) -> None:
    state.turns_started += 1
    state.turns[event.turn] = Turn(
        event.turn,
        event.agent,
        tasks=event.tasks,
        fence=event.fence,
        head=event.head,
        deadline=event.deadline,
        round_number=event.round,
        started=record.position,
    )
    _enter_turn(state, event.turn, event.agent, event.fence, event.deadline)


def _enter_turn(state: State, turn: TurnId, agent: AgentId, fence: Fence, deadline: float) -> None:
    state.agents[agent].turn = turn
    lease = state.leases.get(fence)
    if lease is not None:
        lease.turn = turn
    heappush(state.turn_deadlines, (deadline, turn))


def _turn_resumed(state: State, event: events.TurnResumed, record: events.Record) -> None:
    turn = state.turns[event.turn]
    turn.fence = event.fence
    turn.deadline = event.deadline
    state.agents[event.agent].available = True
    _enter_turn(state, event.turn, event.agent, event.fence, event.deadline)


def _request_sent(state: State, event: events.RequestSent, record: events.Record) -> None:
    state.turns[event.turn].asked = event.index + 1


def _reply_received(state: State, event: events.ReplyReceived, record: events.Record) -> None:
    turn = state.turns.get(event.turn)
    if turn is not None and turn.agent == event.agent and len(turn.replies) == event.index:
        turn.replies.append(event.reply)


def _tools_finished(state: State, event: events.ToolsFinished, record: events.Record) -> None:
    turn = state.turns[event.turn]
    turn.tools.append((event.results, event.head))
    turn.head = event.head


def _turn_ended(state: State, event: events.TurnEnded, record: events.Record) -> None:
    del state.turns[event.turn]
    state.agents[event.agent].turn = None
    _trim(state)


def _proposal_queued(state: State, event: events.ProposalQueued, record: events.Record) -> None:
    task = state.tasks[event.task]
    proposal = Proposal(event)
    state.queue[event.proposal] = proposal
    state.next_proposal = event.proposal + 1
    task.proposal = event.proposal
    if state.guarantees.checked_completion:
        _move(state, task, Move.QUEUE)
    for change in event.changes:
        state.queued_writes[change.path] = state.queued_writes.get(change.path, 0) + 1
        if change.blob is not None:
            state.queued_paths.add(change.path)
    turn = state.turns.get(event.turn)
    if turn is not None:
        turn.proposals[event.call] = event.proposal


def _check_started(state: State, event: events.CheckStarted, record: events.Record) -> None:
    proposal = state.queue[event.proposal]
    proposal.run = event.run
    proposal.running = True


def _check_finished(state: State, event: events.CheckFinished, record: events.Record) -> None:
    proposal = state.queue[event.proposal]
    proposal.running = False
    proposal.check = _check_run(event)


def _check_run(event: events.CheckFinished | events.VerificationFinished) -> CheckRun:
    return CheckRun(
        passed=event.passed,
        reason=event.reason,
        tests_passed=event.tests_passed,
        tests_failed=event.tests_failed,
        output=event.output,
    )


def _check_voided(state: State, event: events.CheckVoided, record: events.Record) -> None:
    _void(state.queue[event.proposal])


def _void(proposal: Proposal) -> None:
    if proposal.running:
        proposal.run += 1
    proposal.running = False
    proposal.check = None


def _leave_queue(state: State, proposal_id: ProposalId) -> Proposal:
    proposal = state.queue.pop(proposal_id)
    for change in proposal.changes:
        left = state.queued_writes[change.path] - 1
        if left:
            state.queued_writes[change.path] = left
        else:
            del state.queued_writes[change.path]
        if change.blob is not None:
            state.queued_paths.remove(change.path)
    return proposal


def _settle(state: State, proposal: Proposal, verdict: Verdict) -> None:
    turn = state.turns.get(proposal.event.turn)
    if turn is not None:
        turn.verdicts[proposal.event.proposal] = verdict


def _proposal_dropped(state: State, event: events.ProposalDropped, record: events.Record) -> None:
    proposal = _leave_queue(state, event.proposal)
    task = state.tasks[event.task]
    task.proposal = ProposalId(0)
    _move(state, task, Move.MEND if event.held else Move.DROP)
    if event.reason is events.DropReason.CHECK_FAILED:
        task.failures += 1
        task.feedback = proposal.check
        task.reason = f"its check {proposal.check.reason.value}" if proposal.check else ""
    _settle(
        state,
        proposal,
        Verdict(
            merged=False,
            check=proposal.check,
            dropped=event.reason,
            held=event.held,
            paths=event.paths,
        ),
    )


def _task_done(state: State, event: events.TaskDone, record: events.Record) -> None:
    proposal = _leave_queue(state, event.proposal)
    task = state.tasks[event.task]
    _move(state, task, Move.FINISH if state.guarantees.checked_completion else Move.MARK)
    state.commits = event.commit
    for change in event.changes:
        _write(state, change)
    _unlease(state, task)
    task.verified = event.verified
    task.done_at = record.time
    if event.verified:
        state.verified[event.task] = event.commit
    for child in state.graph.children(event.task):
        state.tasks[child].unmet -= 1
    _settle(state, proposal, Verdict(merged=True, check=proposal.check))
    _trim(state)


def _task_failed(state: State, event: events.TaskFailed, record: events.Record) -> None:
    task = state.tasks[event.task]
    _move(state, task, Move.FAIL)
    task.reason = event.reason
    _unlease(state, task)


def _task_blocked(state: State, event: events.TaskBlocked, record: events.Record) -> None:
    task = state.tasks[event.task]
    _move(state, task, Move.BLOCK)
    task.reason = f"it depends on {event.on}"
    _unlease(state, task)


def _task_cancelled(state: State, event: events.TaskCancelled, record: events.Record) -> None:
    task = state.tasks[event.task]
    _move(state, task, Move.CANCEL)
    task.reason = event.reason
    _unlease(state, task)


def _task_requeued(state: State, event: events.TaskRequeued, record: events.Record) -> None:
    task = state.tasks[event.task]
    _move(state, task, Move.REQUEUE)
    task.failures = task.lost = 0
    task.reason = ""


def _task_reopened(state: State, event: events.TaskReopened, record: events.Record) -> None:
    task = state.tasks[event.task]
    _move(state, task, Move.REOPEN)
    task.verified = False
    task.failures += 1
    task.reason = "its check failed on the final tree"
    state.verified.pop(event.task, None)
    for child in state.graph.children(event.task):
        state.tasks[child].unmet += 1
        if state.tasks[child].status is Status.READY:
            _move(state, state.tasks[child], Move.HOLD_BACK)


def _verification_started(
    state: State, event: events.VerificationStarted, record: events.Record
) -> None:
    pending: list[TaskId | None] = list(event.tasks)
    if event.project:
        pending.append(None)
    state.rounds_verified = event.round
    state.verification = Verification(event.round, event.head, pending)


def _verification_finished(
    state: State, event: events.VerificationFinished, record: events.Record
) -> None:
    verification = state.verification
    assert verification is not None
    del verification.pending[event.task]
    if event.passed:
        if event.task is None:
            state.project_verified = verification.head
        else:
            state.verified[event.task] = verification.head
    else:
        verification.failed.append(event.task)
        if event.task is not None:
            state.verified.pop(event.task, None)
            state.tasks[event.task].feedback = _check_run(event)


def _run_paused(state: State, event: events.RunPaused, record: events.Record) -> None:
    state.phase = Phase.PAUSED


def _run_continued(state: State, event: events.RunContinued, record: events.Record) -> None:
    state.phase = Phase.RUNNING


def _run_stopping(state: State, event: events.RunStopping, record: events.Record) -> None:
    state.phase = Phase.STOPPING
    state.stopping = (event.outcome, event.reason)


def _run_finished(state: State, event: events.RunFinished, record: events.Record) -> None:
    state.phase = Phase.FINISHED
    state.finished = (event.outcome, event.reason)


def _nothing(state: State, event: events.Event, record: events.Record) -> None:
    """Events that only tell a story."""


_HANDLERS: dict[type, Callable[[State, Any, events.Record], None]] = {
    events.RunStarted: _run_started,
    events.RunResumed: _run_resumed,
    events.WorkspaceOpened: _workspace_opened,
    events.TaskAdded: _task_added,
    events.DependencyAdded: _dependency_added,
    events.TaskReady: _task_ready,
    events.AgentJoined: _agent_joined,
    events.TasksLeased: _tasks_leased,
    events.LeaseRenewed: _lease_renewed,
    events.LeaseExpired: _lease_expired,
    events.TasksReturned: _tasks_returned,
    events.Refused: _refused,
    events.TurnStarted: _turn_started,
    events.TurnResumed: _turn_resumed,
    events.RequestSent: _request_sent,
    events.ReplyReceived: _reply_received,
    events.ToolsFinished: _tools_finished,
    events.TurnEnded: _turn_ended,
    events.ProposalQueued: _proposal_queued,
    events.CheckStarted: _check_started,
    events.CheckFinished: _check_finished,
    events.CheckVoided: _check_voided,
    events.ProposalDropped: _proposal_dropped,
    events.TaskDone: _task_done,
    events.TaskFailed: _task_failed,
    events.TaskBlocked: _task_blocked,
    events.TaskCancelled: _task_cancelled,
    events.TaskRequeued: _task_requeued,
    events.TaskReopened: _task_reopened,
    events.VerificationStarted: _verification_started,
    events.VerificationFinished: _verification_finished,
    events.FaultInjected: _nothing,
    events.FileKept: _nothing,
    events.RunPaused: _run_paused,
    events.RunContinued: _run_continued,
    events.RunStopping: _run_stopping,
    events.RunFinished: _run_finished,
}
