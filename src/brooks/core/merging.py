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
from brooks.core.copies import is_voted_on, may_vote, take_from_others
from brooks.core.ending import Aftermath, refuse
from brooks.core.events import Event
from brooks.core.facts import DropReason, FileChange, RefusalReason
from brooks.core.fitting import (
    clashing_paths,
    count_writes,
    is_met,
    locked_paths,
    stale_paths,
)
from brooks.core.paths import PathIndex
from brooks.core.state import OVER, Proposal, State, Status, TaskState
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
    walk = _Walk(state, [Proposal(queued)])
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
    walk = _Walk(state, list(state.queue.values()))
    walk.verdicts[command.proposal] = command.passed
    walk.settle()
    return [finished, *walk.events]


def withdraw(state: State, proposals: Sequence[ProposalId], reason: DropReason) -> list[Event]:
    """Take proposals out of the queue whose tasks can no longer be merged, and settle the rest."""
    walk = _Walk(state, list(state.queue.values()))
    walk.given_up = {state.queue[number].task: None for number in proposals}
    for proposal in proposals:
        walk.withdraw(proposal, reason)
    walk.settle()
    return walk.events


def judge_anew(state: State, changes: Sequence[FileChange]) -> list[Event]:
    """Check everything in the queue anew, or drop it, after these changes went into the tree past it."""
    walk = _Walk(state, [])
    walk.written += changes
    walk.keep_or_drop(list(state.queue.values()))
    walk.settle()
    return walk.events


class _Walk:
    """One walk over the queue, from the front, that says what is merged and what is dropped."""

    def __init__(self, state: State, entries: list[Proposal]) -> None:
        self.state = state
        self.entries = entries
        self.events: list[Event] = []
        self.verdicts = {
            entry.event.proposal: entry.check.passed for entry in entries if entry.check is not None
        }
        self.merged: dict[TaskId, None] = {}
        self.written: list[FileChange] = []
        """What was merged in this walk."""
        self.given_up: dict[TaskId, None] = {}
        """Tasks that are to leave the queue for good: no change in reserve takes the place of theirs."""
        self.called_up: dict[ProposalId, None] = {}
        """Ballots in reserve that this walk has put into the queue or dropped."""
        self.returned: dict[TaskId, None] = {}
        """Tasks that this walk gave back to the board."""
        self.next_number = state.next_proposal

    def settle(self) -> None:
        """Merge and drop at the front for as long as there are verdicts."""
        while self.entries:
            front = self.entries[0]
            checked = self._has_check(front)
            passed = self.verdicts.get(front.event.proposal) if checked else True
            if passed is None:
                return
            if passed:
                self._merge(self.entries.pop(0), verified=checked)
            else:
                self._fail_front()

    def _has_check(self, proposal: Proposal) -> bool:
        checked = self.state.guarantees.checked_completion
        return checked and self.state.tasks[proposal.task].spec.check is not None

    def _merge(self, proposal: Proposal, *, verified: bool) -> None:
        event = proposal.event
        if not is_voted_on(self.state.rules, self.state.tasks[event.task]):  # else the vote did it
            self.events += take_from_others(
                self.state,
                event.task,
                winner=event.agent,
                why="another copy was merged",
                over=self.merged,
            )
        self.merged[event.task] = None
        self.written += proposal.changes
        self.events.append(
            events.TaskDone(
                task=event.task,
                agent=event.agent,
                turn=event.turn,
                fence=event.fence,
                proposal=event.proposal,
                commit=self.state.commits + len(self.merged),
                verified=verified,
                changes=event.changes,
            )
        )
        for child in self.state.graph.children(event.task):
            if self.state.tasks[child].status is Status.WAITING or child in self.returned:
                self._offer(child)

    def _offer(self, task: TaskId) -> None:
        """Say that a task which nobody holds is ready, if it is."""
        if self.state.tasks[task].holders:
            return
        left = self.state.tasks[task].unmet
        if left:
            left -= sum(parent in self.merged for parent in self.state.graph.parents(task))
        if not left:
            self.events.append(events.TaskReady(task=task))

    def _fail_front(self) -> None:
        state = self.state
        assert state.run is not None
        task = self.entries[0].task
        last_attempt = state.tasks[task].failures + 1 >= state.run.attempts
        held = self._is_held(self.entries[0]) and not last_attempt
        self.drop(0, DropReason.CHECK_FAILED, held=held)
        if last_attempt:
            aftermath = Aftermath(state)
            aftermath.fail(task, "its check failed on every attempt")
            self.events += aftermath.events
        elif not self._call_up_reserve(task):
            if held and self._is_to_escalate(task):
                self._take_for_a_stronger_model(task)
            elif not held:
                self._offer(task)

    def _is_to_escalate(self, task: TaskId) -> bool:
        """Whether this was the failure after which a stronger model is asked, in a turn of its own."""
        there = self.state.tasks[task]
        after = self.state.rules.failing.escalate_after
        return bool(after) and there.failures + 1 == after and len(there.holders) == 1

    def _take_for_a_stronger_model(self, task: TaskId) -> None:
        [fence] = self.state.tasks[task].holders
        self.events.append(
            events.TasksReturned(
                agent=self.state.leases[fence].agent,
                fence=fence,
                tasks=(task,),
                counted=(),
                reason="a stronger model is to be asked",
            )
        )
        self.events.append(events.TaskReady(task=task))

    def _ahead(self) -> list[FileChange]:
        """Everything that is merged, or stays in the queue, so far."""
        return [*self.written, *(change for ahead in self.entries for change in ahead.changes)]

    def _call_up_reserve(self, task: TaskId) -> bool:
        """Let a change that was kept in reserve join the queue in place of one that left it.

        One that no longer fits is dropped; when this answers no, none is left in reserve.
        """
        for number, ballot in self.state.tasks[task].ballots.items():
            if number in self.called_up:
                continue
            self.called_up[number] = None
            reason, paths = self._why_not(ballot)
            if reason is not None:
                self._dropped(
                    Proposal(queued_from(ballot, number)), reason, held=False, paths=paths
                )
                continue
            queued = queued_from(ballot, ProposalId(self.next_number))
            self.next_number += 1
            self.events.append(queued)
            self.entries.append(Proposal(queued))
            return True
        return False

    def _why_not(self, ballot: events.BallotCast) -> tuple[DropReason | None, list[str]]:
        """Why a change in reserve cannot join the queue, and for which files; None if it can."""
        ahead = self._ahead()
        near = [*self.merged, *(entry.task for entry in self.entries)]
        guarantees = self.state.guarantees
        given_up = ballot.task in self.given_up
        if given_up or (guarantees.dependency_order and not is_met(self.state, ballot.task, near)):
            return DropReason.DEPENDENCY_NOT_DONE, []
        queued = PathIndex(change.path for change in ahead if change.blob is not None)
        paths = clashing_paths(self.state, ballot.changes, queued)
        if guarantees.no_stale_write:
            paths += stale_paths(self.state, ballot.changes, count_writes(ahead))
        return (DropReason.STALE_WRITE, paths) if paths else (None, [])

    def withdraw(self, proposal: ProposalId, reason: DropReason) -> None:
        """Drop a proposal, if it is still in the queue."""
        for at, entry in enumerate(self.entries):
            if entry.event.proposal == proposal:
                held = reason is not DropReason.TASK_OVER and self._is_held(entry)
                self.drop(at, reason, held=held)
                if reason is not DropReason.TASK_OVER:
                    self._call_up_reserve(entry.task)
                return

    def _is_held(self, proposal: Proposal) -> bool:
        """Whether the proposal's agent still holds its task; after a resume, under another fence."""
        leases = self.state.leases
        holders = self.state.tasks[proposal.task].holders
        return any(leases[fence].agent == proposal.event.agent for fence in holders)

    def _dropped(
        self, entry: Proposal, reason: DropReason, *, held: bool, paths: Sequence[str] = ()
    ) -> None:
        self.events.append(
            events.ProposalDropped(
                proposal=entry.event.proposal,
                task=entry.task,
                agent=entry.event.agent,
                reason=reason,
                held=held,
                paths=tuple(paths),
            )
        )

    def drop(self, at: int, reason: DropReason, *, held: bool) -> None:
        """Drop entry number `at`; those behind it are checked anew, or dropped as no longer admissible."""
        gone = self.entries[at]
        behind = self.entries[at + 1 :]
        self.entries = self.entries[:at]
        self._dropped(gone, reason, held=held)
        self.keep_or_drop(behind)

    def keep_or_drop(self, behind: Sequence[Proposal]) -> None:
        """Judge what comes behind the entries that stay, now that the tree ahead of it is another one."""
        near = {*self.merged, *(ahead.task for ahead in self.entries)}
        writes = count_writes(self._ahead())
        dropped = [entry for entry in behind if not self._keep(entry, near, writes)]
        for entry in dropped:
            if not self._call_up_reserve(entry.task) and not self.state.tasks[entry.task].holders:
                self.returned[entry.task] = None
                self._offer(entry.task)

    def _keep(self, entry: Proposal, near: set[TaskId], writes: dict[str, int]) -> bool:
        """Keep one entry if it fits behind `near` tasks and `writes`, or drop it."""
        guarantees = self.state.guarantees
        if guarantees.dependency_order and not is_met(self.state, entry.task, near):
            reason = DropReason.DEPENDENCY_NOT_DONE
            self._dropped(entry, reason, held=self._is_held(entry))
            return False
        stale = stale_paths(self.state, entry.changes, writes) if guarantees.no_stale_write else []
        if stale:
            reason = DropReason.STALE_WRITE
            self._dropped(entry, reason, held=self._is_held(entry), paths=stale)
            return False
        self.entries.append(entry)
        near.add(entry.task)
        for change in entry.changes:
            writes[change.path] = writes.get(change.path, 0) + 1
        if entry.running or self.verdicts.pop(entry.event.proposal, None) is not None:
            self.events.append(events.CheckVoided(proposal=entry.event.proposal))
        return True
