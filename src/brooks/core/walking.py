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
        self.keep_or_drop(behind)

    def keep_or_drop(self, behind: Sequence[Proposal]) -> None:
        """Judge what comes behind the entries that stay, now that the tree ahead of it is another one."""
        near = {*self.merged, *(ahead.task for ahead in self.entries)}
        writes = count_writes(self._ahead())
        dropped = []
        for entry in behind:
            if self._fits(entry, near, writes):
                self._keep(entry)
                near.add(entry.task)
                for change in entry.changes:
                    writes[change.path] = writes.get(change.path, 0) + 1
            else:
                self._drop_unfit(entry, near, writes)
                dropped.append(entry)
        for entry in dropped:
            if not self._call_up_reserve(entry.task) and not self.state.tasks[entry.task].holders:
                self.returned[entry.task] = None
                self._offer(entry.task)

    def _fits(self, entry: Proposal, near: set[TaskId], writes: dict[str, int]) -> bool:
        """Whether an entry can stand behind `near` tasks and `writes`.

        After a failure in a long queue this is asked of everything in it, so it says only that, and
        looks at what is usual first.
        """
        state = self.state
        waits = state.tasks[entry.task].unmet
        if waits and state.guarantees.dependency_order and not is_met(state, entry.task, near):
            return False
        if not state.guarantees.no_stale_write:
            return True
        files = state.files
        for change in entry.changes:
            path = change.path
            there = files.get(path)
            version = 0 if there is None else there.version
            if change.base != version + writes.get(path, 0):
                return False
        return True

    def _drop_unfit(self, entry: Proposal, near: set[TaskId], writes: dict[str, int]) -> None:
        """Drop an entry that does not fit, and say why."""
        reason, paths = DropReason.DEPENDENCY_NOT_DONE, list[str]()
        if not self.state.guarantees.dependency_order or is_met(self.state, entry.task, near):
            reason, paths = DropReason.STALE_WRITE, stale_paths(self.state, entry.changes, writes)
        self._dropped(entry, reason, held=self._is_held(entry), paths=paths)

    def _keep(self, entry: Proposal) -> None:
        """Keep an entry; what its check said, or is about to say, was of another tree."""
        self.entries.append(entry)
        if entry.running:
            self.events.append(events.CheckVoided(proposal=entry.event.proposal))
        elif entry.check is not None and self._verdict(entry) is not None:
            self._voided[entry.event.proposal] = None
            self.events.append(events.CheckVoided(proposal=entry.event.proposal))
