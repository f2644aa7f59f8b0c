"""Where each task is, followed event by event: for whoever watches a run.

The board's own state knows the same and much more, and refuses what does not follow. This fold takes
whatever a log holds, keeps a few words a task, and keeps the tasks of each status together, so that a
view of a thousand tasks costs no sorting.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, ClassVar

from brooks.core import events
from brooks.core.events import Record
from brooks.core.spec import Task
from brooks.core.state import OVER, Status
from brooks.ids import AgentId, Fence, TaskId

SHOWN_FIRST = (
    Status.LEASED,
    Status.QUEUED,
    Status.FAILED,
    Status.READY,
    Status.WAITING,
    Status.BLOCKED,
    Status.CANCELLED,
    Status.DONE,
)
"""What somebody who watches wants to see first."""


class TaskNow:
    """One task as it is now."""

    __slots__ = ("agent", "attempts", "holders", "since", "spec", "status")

    def __init__(self, spec: Task, time: float) -> None:
        self.spec = spec
        self.status = Status.WAITING
        self.since = time
        """Log time at which it came to this status."""
        self.agent: AgentId | None = None
        """Who has it, or had it last."""
        self.holders: dict[Fence, AgentId] = {}
        """The leases it is held under."""
        self.attempts = 0
        """How often it was taken."""


class TaskStates:
    """Every task of a run as it is now."""

    def __init__(self) -> None:
        self.all: dict[TaskId, TaskNow] = {}
        """In the order of adding."""
        self.by_status: dict[Status, dict[TaskId, None]] = {status: {} for status in SHOWN_FIRST}
        self._marked = False
        """Whether tasks are merely said to be done, so that none waits for a check."""
        self._leases: dict[Fence, tuple[TaskId, ...]] = {}

    def count(self, *statuses: Status) -> int:
        """How many tasks have one of these statuses."""
        return sum(len(self.by_status[status]) for status in statuses)

    def in_order(self) -> Iterator[TaskNow]:
        """All tasks, those at work first and at the end those that are done, the latest first."""
        *first, done = (self.by_status[status] for status in SHOWN_FIRST)
        names = chain(chain.from_iterable(first), reversed(done))
        return (self.all[name] for name in names)

    def add(self, record: Record) -> None:
        """Fold the next record."""
        handler = self._HANDLERS.get(type(record.event))
        if handler is not None:
            handler(self, record.event, record.time)

    def _move(self, name: TaskId, status: Status, time: float) -> None:
        task = self.all.get(name)
        if task is not None and task.status is not status:
            del self.by_status[task.status][name]
            self.by_status[status][name] = None
            task.status, task.since = status, time

    def _let_go(self, names: Iterable[TaskId], fence: Fence, time: float) -> None:
        for name in names:
            task = self.all.get(name)
            if task is None or task.holders.pop(fence, None) is None:
                continue
            if not task.holders and task.status is Status.LEASED:
                self._move(name, Status.WAITING, time)

    def _end(self, name: TaskId, status: Status, time: float) -> None:
        self._move(name, status, time)
        task = self.all.get(name)
        if task is not None:
            task.holders.clear()

    def _run_started(self, event: events.RunStarted, _: float) -> None:
        self._marked = not event.guarantees.checked_completion

    def _run_resumed(self, event: events.RunResumed, time: float) -> None:
        for fence in event.revoked:
            self._let_go(self._leases.pop(fence, ()), fence, time)

    def _task_added(self, event: events.TaskAdded, time: float) -> None:
        if event.task.id not in self.all:
            self.all[event.task.id] = TaskNow(event.task, time)
            self.by_status[Status.WAITING][event.task.id] = None

    def _dependency_added(self, event: events.DependencyAdded, time: float) -> None:
        task, on = self.all.get(event.task), self.all.get(event.on)
        if task is None or on is None:
            return
        if task.status is Status.READY and on.status is not Status.DONE:
            self._move(event.task, Status.WAITING, time)

    def _task_ready(self, event: events.TaskReady, time: float) -> None:
        self._move(event.task, Status.READY, time)

    def _tasks_leased(self, event: events.TasksLeased, time: float) -> None:
        self._leases[event.fence] = event.tasks
        for name in event.tasks:
            task = self.all.get(name)
            if task is None:
                continue
            task.holders[event.fence] = event.agent
            task.agent = event.agent
            task.attempts += 1
            if task.status is not Status.QUEUED:
                self._move(name, Status.LEASED, time)

    def _claim_stated(self, event: events.ClaimStated, _: float) -> None:
        task = self.all.get(event.task)
        if task is not None:
            task.agent = event.agent
            task.attempts += 1

    def _lease_ended(self, event: events.LeaseExpired | events.TasksReturned, time: float) -> None:
        self._let_go(event.tasks, event.fence, time)

    def _ballot_cast(self, event: events.BallotCast, time: float) -> None:
        self._let_go([event.task], event.fence, time)

    def _proposal_queued(self, event: events.ProposalQueued, time: float) -> None:
        task = self.all.get(event.task)
        if task is not None:
            task.agent = event.agent
        if not self._marked:
            self._move(event.task, Status.QUEUED, time)

    def _proposal_dropped(self, event: events.ProposalDropped, time: float) -> None:
        task = self.all.get(event.task)
        if task is not None and task.status is Status.QUEUED:
            self._move(event.task, Status.LEASED if task.holders else Status.WAITING, time)

    def _task_done(self, event: events.TaskDone, time: float) -> None:
        self._end(event.task, Status.DONE, time)
        task = self.all.get(event.task)
        if task is not None:
            task.agent = event.agent

    def _task_reopened(self, event: events.TaskReopened, time: float) -> None:
        self._move(event.task, Status.WAITING, time)
        for name in list(self.by_status[Status.READY]):
            if event.task in self.all[name].spec.depends_on:
                self._move(name, Status.WAITING, time)

    def _task_requeued(self, event: events.TaskRequeued, time: float) -> None:
        task = self.all.get(event.task)
        if task is not None and task.status in OVER:
            self._move(event.task, Status.WAITING, time)

    def _task_failed(self, event: events.TaskFailed, time: float) -> None:
        self._end(event.task, Status.FAILED, time)

    def _task_blocked(self, event: events.TaskBlocked, time: float) -> None:
        self._end(event.task, Status.BLOCKED, time)

    def _task_cancelled(self, event: events.TaskCancelled, time: float) -> None:
        self._end(event.task, Status.CANCELLED, time)

    _HANDLERS: ClassVar[dict[type, Callable[[Any, Any, float], None]]] = {
        events.RunStarted: _run_started,
        events.RunResumed: _run_resumed,
        events.TaskAdded: _task_added,
        events.DependencyAdded: _dependency_added,
        events.TaskReady: _task_ready,
        events.TasksLeased: _tasks_leased,
        events.ClaimStated: _claim_stated,
        events.LeaseExpired: _lease_ended,
        events.TasksReturned: _lease_ended,
        events.BallotCast: _ballot_cast,
        events.ProposalQueued: _proposal_queued,
        events.ProposalDropped: _proposal_dropped,
        events.TaskDone: _task_done,
        events.TaskFailed: _task_failed,
        events.TaskBlocked: _task_blocked,
        events.TaskCancelled: _task_cancelled,
        events.TaskReopened: _task_reopened,
        events.TaskRequeued: _task_requeued,
    }
