"""`apply`: the one door through which the state changes.

Rules of the file. A handler changes the state and nothing else, reads no clock and makes no choice:
what it needs is in the event. Each kind of event has one handler in the table at the end; a test
compares the table with the union `Event`, so that a forgotten event fails at once.
"""

from collections.abc import Callable, Iterable
from heapq import heappush
from typing import Any

from brooks.core import applying_advice, applying_mail, applying_merges, events
from brooks.core.facts import MAYBE_BILLED, EndReason
from brooks.core.ledger import Amount
from brooks.core.moves import Move
from brooks.core.state import (
    AgentState,
    Lease,
    Phase,
    State,
    Status,
    TaskState,
    Turn,
)
from brooks.core.steps import (
    close_empty,
    let_go,
    move,
    trim_timers,
    unlease,
    void_check,
    write_file,
)
from brooks.core.team_rules import CutOff
from brooks.errors import InternalError
from brooks.ids import AgentId, Fence, TurnId


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


def _run_started(state: State, event: events.RunStarted, record: events.Record) -> None:
    state.run = event
    state.phase = Phase.RUNNING
    state.budget = event.budget


def _run_resumed(state: State, event: events.RunResumed, record: events.Record) -> None:
    assert state.run is not None
    state.epoch = event.epoch
    state.phase = Phase.RUNNING
    state.stopping = state.finished = state.verification = None
    state.budget = event.budget
    state.ledger.presume_all()
    for fence in event.revoked:
        lease = state.leases.pop(fence)
        for task_id in lease.tasks:
            task = state.tasks[task_id]
            task.holders.pop(fence, None)
            if not task.holders:
                move(state, task, Move.LOSE)
    state.expiries.clear()
    state.turn_deadlines.clear()
    for agent in state.agents.values():
        agent.available = False
        agent.fence = Fence(0)
    for turn in state.turns.values():
        turn.asked = len(turn.replies)
        turn.in_flight = False
    for proposal in state.queue.values():
        void_check(proposal)


def _workspace_opened(state: State, event: events.WorkspaceOpened, record: events.Record) -> None:
    for change in event.files:
        write_file(state, change)


def _task_added(state: State, event: events.TaskAdded, record: events.Record) -> None:
    task = event.task
    state.graph.add(task.id, task.depends_on, task.effort)
    parents = state.graph.parents(task.id)
    unmet = sum(state.tasks[parent].status is not Status.DONE for parent in parents)
    state.tasks[task.id] = TaskState(task, unmet)
    state.counts[Status.WAITING] += 1
    if event.agent is not None:
        state.found += 1
        _remember(state, event)


def _dependency_added(state: State, event: events.DependencyAdded, record: events.Record) -> None:
    if event.on not in state.graph.parents(event.task):
        state.graph.depend(event.task, event.on)
        task = state.tasks[event.task]
        if state.tasks[event.on].status is not Status.DONE:
            task.unmet += 1
            if task.status is Status.READY:
                move(state, task, Move.HOLD_BACK)
    _remember(state, event)


def _remember(state: State, event: events.Remembered) -> None:
    turn = None if event.turn is None else state.turns.get(event.turn)
    if turn is not None and event.call:
        turn.done[event.call] = event


def _task_ready(state: State, event: events.TaskReady, record: events.Record) -> None:
    move(state, state.tasks[event.task], Move.OFFER)


def _agent_called(state: State, event: events.AgentCalled, record: events.Record) -> None:
    agent = state.agents.get(event.agent)
    if agent is None:
        agent = state.agents[event.agent] = AgentState()
    agent.left = False
    agent.heard = record.time


def _agent_joined(state: State, event: events.AgentJoined, record: events.Record) -> None:
    agent = state.agents.get(event.agent)
    if agent is None:
        agent = state.agents[event.agent] = AgentState()
    agent.available = True
    agent.heard = record.time


def _agent_left(state: State, event: events.AgentLeft, record: events.Record) -> None:
    agent = state.agents[event.agent]
    agent.available = False
    agent.left = True


def _agent_quarantined(state: State, event: events.AgentQuarantined, record: events.Record) -> None:
    state.agents[event.agent].quarantined_until = event.until


def _tasks_leased(state: State, event: events.TasksLeased, record: events.Record) -> None:
    fence = event.fence
    for task_id in event.tasks:
        task = state.tasks[task_id]
        move(state, task, Move.LEASE)
        task.holders[fence] = event.copy
        task.assigned = None
        if task.first_leased is None and task.spec.deadline is not None:
            task.first_leased = record.time
            heappush(state.deadlines, (record.time + task.spec.deadline, task_id))
    state.leases[fence] = Lease(
        event.agent,
        fence,
        event.tasks,
        event.expires_at,
        copy=event.copy,
        role=event.role,
        group=event.group,
    )
    state.fence = fence
    state.agents[event.agent].fence = fence
    heappush(state.expiries, (event.expires_at, fence))


def _task_assigned(state: State, event: events.TaskAssigned, record: events.Record) -> None:
    state.tasks[event.task].assigned = event.agent
    _remember(state, event)


def _lease_renewed(state: State, event: events.LeaseRenewed, record: events.Record) -> None:
    state.leases[event.fence].expires_at = event.expires_at
    state.agents[event.agent].heard = record.time
    trim_timers(state)


def _lease_expired(state: State, event: events.LeaseExpired, record: events.Record) -> None:
    if state.rules.cut_off is CutOff.GO_ON:
        state.leases[event.fence].turn = None  # it goes on without the lease, and is not hurried
    for task_id in tuple(state.leases[event.fence].tasks):
        task = state.tasks[task_id]
        if task.status is Status.LEASED:
            task.lost += 1
        let_go(state, task_id, event.fence)
    close_empty(state, event.fence)
    state.agents[event.agent].available = False
    trim_timers(state)


def _tasks_returned(state: State, event: events.TasksReturned, record: events.Record) -> None:
    for task_id in event.counted:
        task = state.tasks[task_id]
        task.failures += 1
        task.reason = event.reason
    for task_id in event.tasks:
        let_go(state, task_id, event.fence)
    close_empty(state, event.fence)
    if event.by is not None:
        _remember(state, event)
    trim_timers(state)


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
        began=record.time,
        model=event.model,
        role=event.role,
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
    turn = state.turns[event.turn]
    turn.asked = event.index + 1
    turn.in_flight = True
    turn.attempt = event.attempt
    _progress(state, turn, record)
    if event.most_tokens or event.most_dollars:
        state.ledger.hold(event.turn, Amount(event.most_tokens, event.most_dollars))


def _request_failed(state: State, event: events.RequestFailed, record: events.Record) -> None:
    turn = state.turns.get(event.turn)
    if turn is not None:
        turn.in_flight = False
        _progress(state, turn, record)
    state.ledger.release(event.turn, maybe_billed=event.failure in MAYBE_BILLED)


def _reply_received(state: State, event: events.ReplyReceived, record: events.Record) -> None:
    state.ledger.pay(event.turn, event.usage)
    turn = state.turns.get(event.turn)
    if turn is not None and turn.agent == event.agent and len(turn.replies) == event.index:
        turn.replies.append(event.reply)
        turn.in_flight = False
        _progress(state, turn, record)


def _tools_finished(state: State, event: events.ToolsFinished, record: events.Record) -> None:
    turn = state.turns[event.turn]
    turn.tools.append((event.results, event.head))
    turn.head = event.head
    _progress(state, turn, record)


def _progress(state: State, turn: Turn, record: events.Record) -> None:
    turn.progress = state.agents[turn.agent].heard = record.time


def _turn_ended(state: State, event: events.TurnEnded, record: events.Record) -> None:
    applying_mail.unread_again(state, event)
    del state.turns[event.turn]
    agent = state.agents[event.agent]
    agent.turn = None
    if event.reason in _UNAWARE:
        agent.available = False  # it may be busy for long: it will say when it is free
    trim_timers(state)


_UNAWARE = frozenset({EndReason.DEADLINE, EndReason.REVOKED, EndReason.SUPERSEDED})
"""Ends of a turn that its agent does not know of yet."""


def _task_failed(state: State, event: events.TaskFailed, record: events.Record) -> None:
    task = state.tasks[event.task]
    move(state, task, Move.FAIL)
    _over(state, task, event.reason)


def _task_blocked(state: State, event: events.TaskBlocked, record: events.Record) -> None:
    task = state.tasks[event.task]
    move(state, task, Move.BLOCK)
    _over(state, task, f"it depends on {event.on}")


def _task_cancelled(state: State, event: events.TaskCancelled, record: events.Record) -> None:
    task = state.tasks[event.task]
    move(state, task, Move.CANCEL)
    _over(state, task, event.reason)


def _over(state: State, task: TaskState, reason: str) -> None:
    task.reason = reason
    task.ballots.clear()
    unlease(state, task)
    trim_timers(state)


def _task_requeued(state: State, event: events.TaskRequeued, record: events.Record) -> None:
    task = state.tasks[event.task]
    move(state, task, Move.REQUEUE)
    task.failures = task.lost = task.votes = 0
    task.first_leased = None
    task.claimed_by = None
    task.reason = ""
    trim_timers(state)


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
    state.ledger.presume_all()


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
    events.AgentCalled: _agent_called,
    events.AgentLeft: _agent_left,
    events.TaskAssigned: _task_assigned,
    events.AgentQuarantined: _agent_quarantined,
    events.TasksLeased: _tasks_leased,
    events.ClaimStated: applying_advice.claim_stated,
    events.LeaseRenewed: _lease_renewed,
    events.LeaseExpired: _lease_expired,
    events.TasksReturned: _tasks_returned,
    events.Refused: _refused,
    events.TurnStarted: _turn_started,
    events.TurnResumed: _turn_resumed,
    events.RequestSent: _request_sent,
    events.RequestFailed: _request_failed,
    events.ReplyReceived: _reply_received,
    events.ToolsFinished: _tools_finished,
    events.MailSent: applying_mail.mail_sent,
    events.MailRead: applying_mail.mail_read,
    events.NoteWritten: applying_mail.note_written,
    events.TurnEnded: _turn_ended,
    events.ProposalQueued: applying_merges.proposal_queued,
    events.FilesWritten: applying_advice.files_written,
    events.BallotCast: applying_merges.ballot_cast,
    events.VoteCounted: applying_merges.vote_counted,
    events.CheckStarted: applying_merges.check_started,
    events.CheckFinished: applying_merges.check_finished,
    events.CheckVoided: applying_merges.check_voided,
    events.ProposalDropped: applying_merges.proposal_dropped,
    events.TaskDone: applying_merges.task_done,
    events.TaskFailed: _task_failed,
    events.TaskBlocked: _task_blocked,
    events.TaskCancelled: _task_cancelled,
    events.TaskRequeued: _task_requeued,
    events.TaskReverted: applying_merges.task_reverted,
    events.TaskReopened: applying_merges.task_reopened,
    events.VerificationStarted: applying_merges.verification_started,
    events.VerificationFinished: applying_merges.verification_finished,
    events.FaultInjected: _nothing,
    events.FileKept: _nothing,
    events.RunPaused: _run_paused,
    events.RunContinued: _run_continued,
    events.RunStopping: _run_stopping,
    events.RunFinished: _run_finished,
}
