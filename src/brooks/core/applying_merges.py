"""How the state follows what happens to changes: the merge queue, commits, and the last look at the tree.

The rules are those of `brooks.core.applying`, whose table names these handlers.
"""

from brooks.core import events
from brooks.core.facts import DropReason
from brooks.core.moves import Move
from brooks.core.state import Proposal, State, Status, Verdict, Verification
from brooks.core.steps import let_go, move, trim_timers, unlease, void_check, write_file
from brooks.ids import ProposalId, TaskId


def proposal_queued(state: State, event: events.ProposalQueued, record: events.Record) -> None:
    task = state.tasks[event.task]
    proposal = Proposal(event)
    state.queue[event.proposal] = proposal
    state.next_proposal = event.proposal + 1
    task.proposal = event.proposal
    if state.guarantees.checked_completion:
        move(state, task, Move.QUEUE)
    for change in event.changes:
        state.queued_writes[change.path] = state.queued_writes.get(change.path, 0) + 1
        if change.blob is not None:
            state.queued_paths.add(change.path)
    task.ballots.pop(event.ballot, None)
    turn = state.turns.get(event.turn)
    if turn is not None and not event.ballot:
        turn.proposals[event.call] = event.proposal
        turn.progress = state.agents[event.agent].heard = record.time


def ballot_cast(state: State, event: events.BallotCast, record: events.Record) -> None:
    state.next_proposal = event.proposal + 1
    task = state.tasks[event.task]
    task.ballots[event.proposal] = event
    let_go(state, event.task, event.fence)
    turn = state.turns.get(event.turn)
    if turn is not None:
        turn.done[event.call] = event
        turn.progress = state.agents[event.agent].heard = record.time


def vote_counted(state: State, event: events.VoteCounted, record: events.Record) -> None:
    task = state.tasks[event.task]
    task.votes = event.round if event.decided is None else 0
    task.tally = event.tally
    task.ballots.clear()


def check_started(state: State, event: events.CheckStarted, record: events.Record) -> None:
    proposal = state.queue[event.proposal]
    proposal.run = event.run
    proposal.running = True


def check_finished(state: State, event: events.CheckFinished, record: events.Record) -> None:
    proposal = state.queue[event.proposal]
    proposal.running = False
    proposal.check = event


def check_voided(state: State, event: events.CheckVoided, record: events.Record) -> None:
    void_check(state.queue[event.proposal])


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
    if turn is not None and not proposal.event.ballot:  # nobody waits to hear of a ballot
        turn.verdicts[proposal.event.proposal] = verdict


def proposal_dropped(state: State, event: events.ProposalDropped, record: events.Record) -> None:
    task = state.tasks[event.task]
    if task.ballots.pop(event.proposal, None) is not None:  # it was in reserve, not in the queue
        return
    proposal = _leave_queue(state, event.proposal)
    task.proposal = ProposalId(0)
    move(state, task, Move.MEND if task.holders else Move.DROP)
    if event.reason is DropReason.CHECK_FAILED:
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


def task_done(state: State, event: events.TaskDone, record: events.Record) -> None:
    proposal = _leave_queue(state, event.proposal)
    task = state.tasks[event.task]
    move(state, task, Move.FINISH if state.guarantees.checked_completion else Move.MARK)
    state.commits = event.commit
    for change in event.changes:
        write_file(state, change)
    unlease(state, task)
    task.ballots.clear()
    task.written = (event.commit, tuple(change.path for change in event.changes))
    task.verified = event.verified
    task.done_at = record.time
    if event.verified:
        state.verified[event.task] = event.commit
    for child in state.graph.children(event.task):
        state.tasks[child].unmet -= 1
    _settle(state, proposal, Verdict(merged=True, check=proposal.check))
    trim_timers(state)


def task_reverted(state: State, event: events.TaskReverted, record: events.Record) -> None:
    state.commits = event.commit
    for change in event.changes:
        write_file(state, change)
    state.tasks[event.task].written = (0, ())


def task_reopened(state: State, event: events.TaskReopened, record: events.Record) -> None:
    task = state.tasks[event.task]
    move(state, task, Move.REOPEN)
    task.verified = False
    task.first_leased = None
    task.failures += 1
    task.reason = "its check failed on the final tree"
    state.verified.pop(event.task, None)
    for child in state.graph.children(event.task):
        state.tasks[child].unmet += 1
        if state.tasks[child].status is Status.READY:
            move(state, state.tasks[child], Move.HOLD_BACK)


def verification_started(
    state: State, event: events.VerificationStarted, record: events.Record
) -> None:
    pending: list[TaskId | None] = list(event.tasks)
    if event.project:
        pending.append(None)
    state.rounds_verified = event.round
    state.verification = Verification(event.round, event.head, pending)


def verification_finished(
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
            state.tasks[event.task].feedback = event
