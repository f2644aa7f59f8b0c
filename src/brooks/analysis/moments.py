"""What happened at one moment of a run and is worth a mark beside what agents were doing.

Conflicts and lost claims are rows of the table `conflicts` and not told here again.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple

from brooks.core import events
from brooks.core.events import Record
from brooks.core.spec import FaultKind
from brooks.ids import AgentId, ProposalId, TaskId


class MomentKind(StrEnum):
    """What happened, in the words that users read."""

    MERGED = "merged"
    """A change was merged: its task is done."""
    CHECK_FAILED = "check failed"
    LEASE_LOST = "lease lost"
    FAULT = "fault"
    """A fault that lasts was injected into an agent."""
    GIVEN_UP = "task given up"
    REOPENED = "task reopened"
    RESUMED = "run resumed"
    PAUSED = "run paused"
    STOPPING = "run winds down"
    LAST_LOOK = "last look"


class Moment(NamedTuple):
    """Something that happened at one time."""

    time: float
    """Log seconds."""
    kind: MomentKind
    agent: AgentId | None
    """Whose it was; None where it was the run's."""
    task: TaskId | None
    detail: str


def moments(records: Iterable[Record]) -> tuple[Moment, ...]:
    """Every such moment, in order."""
    fold = _Moments()
    for record in records:
        handler = fold.HANDLERS.get(type(record.event))
        if handler is not None:
            handler(fold, record.event, record.time)
    return tuple(fold.found)


class _Moments:
    def __init__(self) -> None:
        self.found: list[Moment] = []
        self._queued: dict[ProposalId, tuple[AgentId, TaskId]] = {}
        self._last: dict[TaskId, AgentId] = {}
        """Who had each task last."""

    def _add(
        self, time: float, kind: MomentKind, agent: AgentId | None, task: TaskId | None, detail: str
    ) -> None:
        self.found.append(Moment(time, kind, agent, task, detail))

    def _proposal_queued(self, event: events.ProposalQueued, time: float) -> None:
        self._queued[event.proposal] = (event.agent, event.task)

    def _tasks_leased(self, event: events.TasksLeased, time: float) -> None:
        for task in event.tasks:
            self._last[task] = event.agent

    def _task_done(self, event: events.TaskDone, time: float) -> None:
        self._last[event.task] = event.agent
        checked = "its check passed" if event.verified else "not checked"
        self._add(time, MomentKind.MERGED, event.agent, event.task, checked)

    def _check_finished(self, event: events.CheckFinished, time: float) -> None:
        if not event.passed:
            agent, task = self._queued.get(event.proposal, (None, None))
            self._add(time, MomentKind.CHECK_FAILED, agent, task, event.reason.value)

    def _looked(self, event: events.VerificationFinished, time: float) -> None:
        if not event.passed:
            agent = None if event.task is None else self._last.get(event.task)
            detail = f"at the last look: {event.reason.value}"
            self._add(time, MomentKind.CHECK_FAILED, agent, event.task, detail)

    def _lease_expired(self, event: events.LeaseExpired, time: float) -> None:
        for task in event.tasks or (None,):
            self._add(time, MomentKind.LEASE_LOST, event.agent, task, "not renewed in time")

    def _fault(self, event: events.FaultInjected, time: float) -> None:
        if event.kind in _LASTING and not event.over:
            self._add(time, MomentKind.FAULT, event.agent, None, event.kind)

    def _failed(self, event: events.TaskFailed, time: float) -> None:
        agent = self._last.get(event.task)
        self._add(time, MomentKind.GIVEN_UP, agent, event.task, event.reason)

    def _reopened(self, event: events.TaskReopened, time: float) -> None:
        agent = self._last.get(event.task)
        self._add(time, MomentKind.REOPENED, agent, event.task, "its check failed at the last look")

    def _resumed(self, event: events.RunResumed, time: float) -> None:
        self._add(time, MomentKind.RESUMED, None, None, f"epoch {event.epoch}")

    def _paused(self, _: events.RunPaused, time: float) -> None:
        self._add(time, MomentKind.PAUSED, None, None, "nothing new starts")

    def _stopping(self, event: events.RunStopping, time: float) -> None:
        self._add(time, MomentKind.STOPPING, None, None, event.reason)

    def _look(self, event: events.VerificationStarted, time: float) -> None:
        detail = f"look {event.round} at the final tree"
        self._add(time, MomentKind.LAST_LOOK, None, None, detail)

    HANDLERS: ClassVar[dict[type, Callable[[Any, Any, float], None]]] = {
        events.ProposalQueued: _proposal_queued,
        events.TasksLeased: _tasks_leased,
        events.TaskDone: _task_done,
        events.CheckFinished: _check_finished,
        events.VerificationFinished: _looked,
        events.LeaseExpired: _lease_expired,
        events.FaultInjected: _fault,
        events.TaskFailed: _failed,
        events.TaskReopened: _reopened,
        events.RunResumed: _resumed,
        events.RunPaused: _paused,
        events.RunStopping: _stopping,
        events.VerificationStarted: _look,
    }


_LASTING = frozenset(kind.value for kind in FaultKind)
