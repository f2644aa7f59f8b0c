"""What became of a run's tasks.

One word on being done. A task is *done* when its change was merged; *checked* when its check passed
on the tree of that merge; *verified* when its check passed on the tree as it is now, which for a
finished run is the final tree. Each merge makes a new tree, so while a run goes on only the last
merged task is verified; the last look at the tree runs the checks of the others again.
"""

from typing import TYPE_CHECKING, Any

from brooks.core import events

if TYPE_CHECKING:
    from brooks.ids import AgentId, ProposalId, TaskId


class TaskSummary:
    """The facts about all tasks so far."""

    def __init__(self) -> None:
        self.all: dict[TaskId, bool] = {}
        """Every task, in the order of adding: whether it has a check."""
        self.done: dict[TaskId, AgentId] = {}
        """Tasks whose change was merged: by whom."""
        self.checked: dict[TaskId, None] = {}
        """Done tasks whose check passed on the tree they were merged into."""
        self.failed: dict[TaskId, str] = {}
        """Tasks given up on: why."""
        self.blocked: dict[TaskId, TaskId] = {}
        """Tasks that can never start: the task that is not going to be done."""
        self.cancelled: dict[TaskId, str] = {}
        """Cancelled tasks: why."""
        self._commits = 0
        self._verified: dict[TaskId, int] = {}
        """The commit on which each done task's check passed last."""
        self._tests: dict[TaskId, int] = {}
        """Tests passed in that check."""
        self._queued: dict[ProposalId, int] = {}
        """Tests passed in the last check of each queued proposal."""

    @property
    def total(self) -> int:
        """All tasks, those found on the way included."""
        return len(self.all)

    @property
    def with_check(self) -> int:
        """Tasks that have a check, and so can be verified at all."""
        return sum(self.all.values())

    @property
    def verified(self) -> int:
        """Done tasks whose check passed on exactly the tree as it is now."""
        return sum(commit == self._commits for commit in self._verified.values())

    @property
    def over(self) -> int:
        """Tasks that need no more work: done, failed, blocked or cancelled."""
        return len(self.done) + len(self.failed) + len(self.blocked) + len(self.cancelled)

    @property
    def tests_passed(self) -> int:
        """Tests passed in the last check of each checked or verified task, where counted."""
        return sum(self._tests.values())

    def to_json(self) -> dict[str, Any]:
        """The facts as JSON values: counts, and for what was not done a reason by task id."""
        return {
            "total": self.total,
            "with_check": self.with_check,
            "done": len(self.done),
            "checked": len(self.checked),
            "verified": self.verified,
            "open": self.total - self.over,
            "tests_passed": self.tests_passed,
            "failed": dict(self.failed),
            "blocked": {task: f"it depends on {on}" for task, on in self.blocked.items()},
            "cancelled": dict(self.cancelled),
        }

    def add(self, event: events.TaskAdded) -> None:
        """A task entered the graph."""
        self.all[event.task.id] = event.task.check is not None

    def finish_check(self, event: events.CheckFinished) -> None:
        """A proposal's check ended."""
        self._queued[event.proposal] = event.tests_passed or 0

    def drop(self, event: events.ProposalDropped) -> None:
        """A proposal left the queue."""
        self._queued.pop(event.proposal, None)

    def finish(self, event: events.TaskDone) -> None:
        """A task's change was merged."""
        self.done[event.task] = event.agent
        self._commits = event.commit
        tests = self._queued.pop(event.proposal, 0)
        if event.verified:
            self.checked[event.task] = None
            self._verified[event.task] = event.commit
            self._tests[event.task] = tests

    def fail(self, event: events.TaskFailed) -> None:
        """A task was given up on."""
        self.failed[event.task] = event.reason

    def block(self, event: events.TaskBlocked) -> None:
        """A task can never start."""
        self.blocked[event.task] = event.on

    def cancel(self, event: events.TaskCancelled) -> None:
        """A task was cancelled, which a failed or blocked one can be too."""
        self.failed.pop(event.task, None)
        self.blocked.pop(event.task, None)
        self.cancelled[event.task] = event.reason

    def requeue(self, event: events.TaskRequeued) -> None:
        """A task that was over is offered again."""
        for over in (self.failed, self.blocked, self.cancelled):
            over.pop(event.task, None)

    def reopen(self, event: events.TaskReopened) -> None:
        """A done task is open again."""
        for kept in (self.done, self.checked, self._verified, self._tests):
            kept.pop(event.task, None)

    def look(self, event: events.VerificationFinished) -> None:
        """A task's check ended at a last look."""
        if event.task is None:
            return
        if event.passed:
            self._verified[event.task] = self._commits
            self._tests[event.task] = event.tests_passed or 0
        else:
            self._verified.pop(event.task, None)
            self._tests.pop(event.task, None)
