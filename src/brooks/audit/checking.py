"""Checked completion: done means that the check passed on exactly the tree it was merged into.

For every merge of a task that has a check, the last verdict on its proposal must have been a pass,
and the check must have begun on the tree that the merge found: the commits at its start, then the
proposals that it took to be ahead, and nothing else. What was merged must be what was queued.

A run that claims to be `done` must also have looked at its final tree: every done task with a
check, and the project's own check if it has one, has passed there, be it in the last look or by the
merge that made the final tree. Of two verdicts on the same tree the later counts.
"""

from collections.abc import Sequence

from brooks.audit.verdict import Findings, Guarantee, Verdict
from brooks.core import events
from brooks.core.events import Record
from brooks.core.facts import FileChange, Outcome
from brooks.ids import Position, ProposalId, TaskId

_TAKEN_BACK = ProposalId(0)
"""Stands among the commits for one that took a task's work back, and was no proposal."""


class _Story:
    """What the log says of one proposal."""

    def __init__(self, queued: Record, changes: tuple[FileChange, ...]) -> None:
        self.queued = queued.position
        self.changes = changes
        self.started: dict[int, tuple[Position, events.CheckStarted]] = {}
        self.finished: tuple[Position, events.CheckFinished] | None = None


class _Look:
    """The last verdict of one check on one tree."""

    def __init__(self, position: Position, *, passed: bool) -> None:
        self.position = position
        self.passed = passed


class _Audit:
    """One reading of a history."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.found = Findings(Guarantee.CHECKED_COMPLETION)
        self.judged = 0
        self._has_check: dict[TaskId, bool] = {}
        self._project_check = False
        self._stories: dict[ProposalId, _Story] = {}
        self._commits: list[ProposalId] = []
        self._done: dict[TaskId, Position] = {}
        self._rounds: dict[int, int] = {}
        self._looks: dict[tuple[TaskId | None, int], _Look] = {}
        self._finished: Record | None = None
        for record in records:
            self._read(record)
        self._judge_end()

    def _read(self, record: Record) -> None:
        event = record.event
        match event:
            case events.RunStarted():
                self._project_check = event.project_check
            case events.TaskAdded():
                self._has_check[event.task.id] = event.task.check is not None
            case events.ProposalQueued():
                self._stories[event.proposal] = _Story(record, event.changes)
            case events.CheckStarted():
                story = self._stories.get(event.proposal)
                if story is not None:
                    story.started[event.run] = (record.position, event)
            case events.CheckFinished():
                story = self._stories.get(event.proposal)
                if story is not None:
                    story.finished = (record.position, event)
            case events.TaskDone():
                self._merge(record, event)
            case events.TaskReopened():
                self._done.pop(event.task, None)
            case events.TaskReverted():
                self._commits.append(_TAKEN_BACK)
                self._done.pop(event.task, None)
            case _:
                self._read_end(record)

    def _read_end(self, record: Record) -> None:
        event = record.event
        match event:
            case events.VerificationStarted():
                self._rounds[event.round] = event.head
            case events.VerificationFinished():
                head = self._rounds.get(event.round)
                if head is not None:
                    look = _Look(record.position, passed=event.passed)
                    self._looks[event.task, head] = look
            case events.RunFinished():
                self._finished = record
            case events.RunResumed():
                self._finished = None
            case _:
                pass

    def _merge(self, record: Record, event: events.TaskDone) -> None:
        before = len(self._commits)
        self._commits.append(event.proposal)
        self._done[event.task] = record.position
        if event.commit != before + 1:
            sentence = f"merge number {before + 1} is called commit {event.commit}"
            self.found.unsure([record.position], sentence)
        has_check = self._has_check.get(event.task)
        if has_check is None:
            self.found.unsure([record.position], f"task {event.task!r} was never added")
        elif has_check:
            self.judged += 1
            self._judge_merge(record, event, before)

    def _judge_merge(self, record: Record, event: events.TaskDone, before: int) -> None:
        at = record.position
        story = self._stories.get(event.proposal)
        if story is None or story.finished is None:
            self.found.violated([at], f"task {event.task!r} was merged without a check")
            return
        verdict_at, verdict = story.finished
        if not verdict.passed:
            sentence = f"task {event.task!r} was merged although its check {verdict.reason.value}"
            self.found.violated([verdict_at, at], sentence)
            return
        if event.changes != story.changes:
            sentence = f"task {event.task!r} was merged with other changes than were checked"
            self.found.violated([story.queued, at], sentence)
            return
        if verdict.run not in story.started:
            sentence = f"task {event.task!r}: run {verdict.run} of its check was never started"
            self.found.violated([verdict_at, at], sentence)
            return
        started_at, started = story.started[verdict.run]
        self._looks[event.task, before + 1] = _Look(verdict_at, passed=True)
        if tuple(self._commits[started.head : before]) != started.ahead or started.head > before:
            self.found.violated(
                [started_at, at],
                f"the check of task {event.task!r} ran on commit {started.head} with "
                f"{_listed(started.ahead)} ahead, and it was merged onto commit {before} after "
                f"{_listed(self._commits[started.head : before])}",
            )

    def _judge_end(self) -> None:
        if self._finished is None or not isinstance(self._finished.event, events.RunFinished):
            return
        if self._finished.event.outcome is not Outcome.DONE:
            return
        end = self._finished.position
        for task, done_at in self._done.items():
            if self._has_check.get(task):
                self._judge_look(task, f"the check of task {task!r}", [done_at, end])
        if self._project_check:
            self._judge_look(None, "the project's check", [end])

    def _judge_look(self, task: TaskId | None, subject: str, witness: list[Position]) -> None:
        head = len(self._commits)
        look = self._looks.get((task, head))
        if look is None:
            sentence = f"the run is done, and {subject} never ran on the final tree"
            self.found.violated(witness, f"{sentence}, commit {head}")
        elif not look.passed:
            sentence = f"the run is done, and {subject} failed on the final tree"
            self.found.violated([look.position, witness[-1]], f"{sentence}, commit {head}")


def _listed(proposals: Sequence[ProposalId]) -> str:
    if not proposals:
        return "nothing"
    names = ("work taken back" if each == _TAKEN_BACK else str(each) for each in proposals)
    return "proposal " + ", ".join(names)


def check_checked_completion(records: Sequence[Record]) -> Verdict:
    """Every merge of a task with a check was checked on its own tree, and the final tree was."""
    reading = _Audit(records)
    return reading.found.verdict(
        f"each of {reading.judged} merges of a task with a check passed it on the tree it was "
        "merged into, and a run that is done passed all of them on the final tree"
    )


__all__ = ["check_checked_completion"]
