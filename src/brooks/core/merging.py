"""The merge queue: how an agent's change becomes part of the tree.

A proposal that the board accepts joins the end of a queue. Its check runs on a *candidate*: the
current head, with every proposal ahead of it merged in, and then its own change. Checks of several
proposals run at once, each betting that those ahead will pass. A verdict counts when its proposal
has come to the front with that bet won, so the tree that was checked is exactly the tree it is
merged into (the speculative queue of Zuul and of "not rocket science" bots):

- at the front and passed, or without a check to pass: merged, and the next one is looked at;
- at the front and failed: dropped. Everything behind it was checked on a tree that will never be;
  what is still admissible is checked anew, and what is not (it needs the dropped task, or wrote a
  file on top of the dropped version) is dropped as well.

*Admissible* means two things, each only where the team promises it. Dependency order: every
dependency is done or further ahead in the queue. No stale write: for each file it writes, the
version it was made from is the head's version plus the writes queued ahead of it (first committer
wins, Kung and Robinson 1981; Berenson 1995). A proposal refused for the second reason is what this
project calls a conflict.

Rejected: checking one proposal at a time (the queue becomes the bottleneck at 50 agents), and
merging what was checked against an older head when the files are disjoint (two green changes can
break each other).
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import asdict

from brooks.core import commands, events
from brooks.core.balloting import Count, ballot_of, queued_from
from brooks.core.copies import is_voted_on, may_vote
from brooks.core.ending import Aftermath, refuse
from brooks.core.events import Event
from brooks.core.facts import DropReason, FileChange, RefusalReason
from brooks.core.fitting import (
    clashing_paths,
    is_met,
    locked_paths,
    stale_paths,
)
from brooks.core.state import OVER, Proposal, State, Status, TaskState
from brooks.core.walking import Walk
from brooks.ids import AgentId, ProposalId, TaskId


def propose(state: State, command: commands.Propose, now: float) -> Sequence[Event]:
    """Accept a change into the queue, or refuse it."""
    refusal = _check_proposer(state, command, now)
    if refusal is not None:
        return refuse(command, refusal, task=command.task, turn=command.turn)
    clash = clashing_paths(state, command.changes)
    if clash:
        return refuse(
            command,
            RefusalReason.PATH_CLASH,
            task=command.task,
            turn=command.turn,
            detail=", ".join(clash),
        )
    task = state.tasks[command.task]
    guarantees = state.guarantees
    if guarantees.dependency_order and not is_met(state, command.task, _queued_tasks(state)):
        return refuse(
            command, RefusalReason.DEPENDENCY_NOT_DONE, task=command.task, turn=command.turn
        )
    locked = locked_paths(state, command)
    if locked:
        return refuse(
            command,
            RefusalReason.FILE_LOCKED,
            task=command.task,
            turn=command.turn,
            detail=", ".join(locked),
        )
    if guarantees.no_stale_write:
        stale = stale_paths(state, command.changes, _ahead_of(state, task))
        if stale:
            return refuse(
                command,
                RefusalReason.STALE_WRITE,
                task=command.task,
                turn=command.turn,
                detail=", ".join(stale),
            )
    if is_voted_on(state.rules, task):
        return _cast(state, command)
    if task.status is Status.QUEUED:  # kept in reserve beside the one that is being checked
        return [ballot_of(state, command)]
    queued = events.ProposalQueued(
        proposal=ProposalId(state.next_proposal),
        agent=command.agent,
        turn=command.turn,
        call=command.call,
        task=command.task,
        fence=command.fence,
        changes=command.changes,
        reads=command.reads,
    )
    return [queued, *_joined(state, queued)]


def _joined(state: State, queued: events.ProposalQueued) -> Sequence[Event]:
    """What follows when a proposal joins the queue."""
    if state.queue:  # whatever is at the front has no verdict yet
        return []
    walk = Walk(state, [Proposal(queued)])
    walk.settle()
    return walk.events


def _cast(state: State, command: commands.Propose) -> Sequence[Event]:
    """Take a change as a vote, and count."""
    cast = ballot_of(state, command)
    aftermath = Aftermath(state)
    count = Count(state, command.task, aftermath=aftermath, cast=cast)
    if not count.winners:
        return [cast, *count.events, *aftermath.events]
    # the new one fits the tree, and is one of those with the answer that it has brought the votes for
    winner = next((each for each in count.winners if _fits(state, each)), cast)
    queued = queued_from(winner, ProposalId(cast.proposal + 1))
    return [cast, *count.events, queued, *_joined(state, queued)]


def _fits(state: State, ballot: events.BallotCast) -> bool:
    """Whether a ballot that was cast earlier could be proposed now."""
    if clashing_paths(state, ballot.changes):
        return False
    return not (
        state.guarantees.no_stale_write and stale_paths(state, ballot.changes, state.queued_writes)
    )


def _ahead_of(state: State, task: TaskState) -> Mapping[str, int]:
    """Queued writes that come before a new change for a task: all but those for the same task."""
    own = state.queue.get(task.proposal)
    if own is None:
        return state.queued_writes
    ahead = dict(state.queued_writes)
    for change in own.changes:
        ahead[change.path] -= 1
    return ahead


def _check_proposer(state: State, command: commands.Propose, now: float) -> RefusalReason | None:
    turn = state.turns.get(command.turn)
    if command.task not in state.tasks:
        return RefusalReason.UNKNOWN_TASK
    task = state.tasks[command.task]
    if state.guarantees.one_holder:
        lease = state.leases.get(command.fence)
        if lease is None or lease.agent != command.agent or now >= lease.expires_at:
            return RefusalReason.STALE_FENCE
        if command.task not in lease.tasks:
            return RefusalReason.HELD_BY_ANOTHER
    elif task.status in OVER:
        return RefusalReason.TASK_OVER
    elif state.claims_are_stated and task.claimed_by != command.agent:
        return RefusalReason.NOT_ALLOWED
    if turn is None or turn.agent != command.agent:
        return RefusalReason.TURN_OVER
    if command.call in turn.proposals:
        return RefusalReason.OUTDATED
    return _cannot_add(state, task, command.agent)


def _cannot_add(state: State, task: TaskState, agent: AgentId) -> RefusalReason | None:
    """Why a change cannot be taken beside those there are for a task: one is decided on, or is its own."""
    queued = state.queue.get(task.proposal)
    if queued is not None and (queued.event.agent == agent or is_voted_on(state.rules, task)):
        return RefusalReason.HELD_BY_ANOTHER
    if any(ballot.agent == agent for ballot in task.ballots.values()):
        return RefusalReason.ALREADY_HOLDS
    return None if may_vote(state, task, agent) else RefusalReason.NOT_ALLOWED


def _queued_tasks(state: State) -> Iterator[TaskId]:
    return (proposal.task for proposal in state.queue.values())


def start_check(state: State, command: commands.StartCheck, now: float) -> Sequence[Event]:
    """Begin the check of a queued proposal on its candidate."""
    proposal = state.queue.get(command.proposal)
    if proposal is None or proposal.running or proposal.check is not None:
        return refuse(command, RefusalReason.OUTDATED)
    ahead: list[ProposalId] = []
    for other in state.queue:
        if other == command.proposal:
            break
        ahead.append(other)
    return [
        events.CheckStarted(
            proposal=command.proposal,
            run=proposal.run + 1,
            head=state.commits,
            ahead=tuple(ahead),
        )
    ]


def record_check(state: State, command: commands.RecordCheck, now: float) -> Sequence[Event]:
    """Take a check's verdict and merge or drop what it settles."""
    proposal = state.queue.get(command.proposal)
    if proposal is None or not proposal.running or proposal.run != command.run:
        return refuse(command, RefusalReason.OUTDATED)
    finished = events.CheckFinished(**asdict(command))
    if next(iter(state.queue)) != command.proposal:
        return [finished]
    walk = Walk(state, list(state.queue.values()))
    walk.tell(command.proposal, passed=command.passed)
    walk.settle()
    return [finished, *walk.events]


def withdraw(state: State, proposals: Sequence[ProposalId], reason: DropReason) -> list[Event]:
    """Take proposals out of the queue whose tasks can no longer be merged, and settle the rest."""
    walk = Walk(state, list(state.queue.values()))
    walk.given_up = {state.queue[number].task: None for number in proposals}
    for proposal in proposals:
        walk.withdraw(proposal, reason)
    walk.settle()
    return walk.events


def judge_anew(state: State, changes: Sequence[FileChange]) -> list[Event]:
    """Check everything in the queue anew, or drop it, after these changes went into the tree past it."""
    walk = Walk(state, [])
    walk.written += changes
    walk.keep_or_drop(list(state.queue.values()), changes)
    walk.settle()
    return walk.events
