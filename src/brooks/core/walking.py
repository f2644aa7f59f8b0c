"""The walk over the merge queue, from its front: what is merged, what is dropped, what is called up.

The rules are those of `brooks.core.merging`, whose decisions are made of such walks.
"""

from collections.abc import Sequence

from brooks.core import events
from brooks.core.balloting import queued_from
from brooks.core.copies import is_voted_on, take_from_others
from brooks.core.ending import Aftermath
from brooks.core.events import Event
from brooks.core.facts import DropReason, FileChange
from brooks.core.fitting import (
    clashing_paths,
    count_writes,
    is_met,
    stale_paths,
)
from brooks.core.paths import PathIndex
from brooks.core.state import Proposal, State, Status
from brooks.ids import ProposalId, TaskId


class Walk:
    """One walk over the queue, from the front, that says what is merged and what is dropped."""

    def __init__(self, state: State, entries: list[Proposal]) -> None:
        self.state = state
        self.entries = entries
        self.events: list[Event] = []
        self._told: dict[ProposalId, bool] = {}
        """Verdicts that are not in the state yet."""
        self._voided: dict[ProposalId, None] = {}
        """Entries whose verdict was on a tree that is no longer ahead of them."""
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

    def tell(self, proposal: ProposalId, *, passed: bool) -> None:
        """Say what the check of an entry has just given."""
        self._told[proposal] = passed

    def _verdict(self, entry: Proposal) -> bool | None:
        """Whether an entry passed on the tree with everything ahead of it; None if nobody knows."""
        number = entry.event.proposal
        if number in self._told:
            return self._told[number]
        return None if entry.check is None or number in self._voided else entry.check.passed

    def settle(self) -> None:
        """Merge and drop at the front for as long as there are verdicts."""
        while self.entries:
            front = self.entries[0]
            checked = self._has_check(front)
            passed = self._verdict(front) if checked else True
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
        self.keep_or_drop(behind, gone.changes, without=gone.task)

    def keep_or_drop(
        self,
        behind: Sequence[Proposal],
        changed: Sequence[FileChange],
        *,
        without: TaskId | None = None,
    ) -> None:
        """Judge what comes behind the entries that stay, now that the tree ahead of it is another one.

        Each fitted what was ahead of it, so it does not only where it writes a path that is `changed`, or
        needs the task that the tree is `without`; and so on for what needs, or writes over, those dropped.
        """
        unsure = _Unsure(self.state, changed, without)
        tasks, paths = unsure.tasks, unsure.paths
        matters = bool(self.called_up) or unsure.is_counted_on()
        dropped = []
        for entry in behind:
            if matters and (entry.task in tasks or not paths.isdisjoint(entry.paths)):
                self._drop_unfit(entry, unsure)
                unsure.add(entry.changes, entry.task)
                dropped.append(entry)
                continue
            self.entries.append(entry)
            if entry.running or entry.check is not None:
                self._void(entry)
        for entry in dropped:
            if not self._call_up_reserve(entry.task) and not self.state.tasks[entry.task].holders:
                self.returned[entry.task] = None
                self._offer(entry.task)

    def _drop_unfit(self, entry: Proposal, unsure: "_Unsure") -> None:
        """Drop an entry that does not fit any more, and say why."""
        reason = DropReason.STALE_WRITE
        paths = [path for path in entry.paths if path in unsure.paths]
        if entry.task in unsure.tasks:
            reason, paths = DropReason.DEPENDENCY_NOT_DONE, []
        self._dropped(entry, reason, held=self._is_held(entry), paths=paths)

    def _void(self, entry: Proposal) -> None:
        """What an entry's check said, or is about to say, was of another tree."""
        if entry.running:
            self.events.append(events.CheckVoided(proposal=entry.event.proposal))
        elif self._verdict(entry) is not None:
            self._voided[entry.event.proposal] = None
            self.events.append(events.CheckVoided(proposal=entry.event.proposal))


class _Unsure:
    """What can no longer be counted on behind a place in the queue, as far as the team promises it."""

    def __init__(self, state: State, changed: Sequence[FileChange], without: TaskId | None) -> None:
        self._state = state
        self._is_dropped = without is not None
        self.tasks: set[TaskId] = set()
        """Tasks that need one which was to be merged before them."""
        self.paths: set[str] = set()
        """Files whose next version is not the one that was to be expected."""
        self.add(changed, without)

    def add(self, changed: Sequence[FileChange], without: TaskId | None) -> None:
        """Count on these paths no longer, nor on the task."""
        guarantees = self._state.guarantees
        if guarantees.no_stale_write:
            self.paths.update(change.path for change in changed)
        if without is not None and guarantees.dependency_order:
            self.tasks.update(self._state.graph.children(without))

    def is_counted_on(self) -> bool:
        """Whether anything that the state has in its queue may count on it; mostly nothing does.

        Of the changes that write a path one is that which was dropped, if one was.
        """
        state, own = self._state, int(self._is_dropped)
        return any(state.tasks[task].proposal in state.queue for task in self.tasks) or any(
            state.queued_writes.get(path, 0) > own for path in self.paths
        )
