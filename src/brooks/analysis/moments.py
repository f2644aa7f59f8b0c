"""What happened at one moment of a run and is worth a mark beside what agents were doing.

Conflicts and failed checks are rows of the tables `conflicts` and `actions` and not told here again.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple

from brooks.core import events
from brooks.core.events import Record
from brooks.core.spec import FaultKind
from brooks.ids import AgentId, TaskId


class MomentKind(StrEnum):
    """What happened, in the words that users read."""

    MERGED = "merged"
    """A change was merged: its task is done."""
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


class FaultStretch(NamedTuple):
    """A fault of an agent, for as long as it was in effect."""

    agent: AgentId
    start: float
    """Log seconds."""
    end: float
    kind: str


def faults(records: Iterable[Record]) -> tuple[FaultStretch, ...]:
    """Every fault that lasts, up to the last record, in the order in which they were over."""
    begun: dict[tuple[AgentId, str], float] = {}
    found: list[FaultStretch] = []
    time = 0.0
    for record in records:
        time = record.time
        match record.event:
            case events.FaultInjected(agent=agent, kind=kind, over=over) if kind in _LASTING:
                since = begun.setdefault((agent, kind), time)
                if over:
                    del begun[agent, kind]
                    found.append(FaultStretch(agent, since, time, kind))
            case events.RunResumed():
                found += _ended(begun, time)
                begun.clear()
            case _:
                pass
    found += _ended(begun, time)
    return tuple(fault for fault in found if fault.end > fault.start)


def _ended(begun: dict[tuple[AgentId, str], float], time: float) -> list[FaultStretch]:
    return [FaultStretch(agent, since, time, kind) for (agent, kind), since in begun.items()]


class _Moments:
    def __init__(self) -> None:
        self.found: list[Moment] = []
        self._last: dict[TaskId, AgentId] = {}
        """Who had each task last."""

    def _add(
        self, time: float, kind: MomentKind, agent: AgentId | None, task: TaskId | None, detail: str
    ) -> None:
        self.found.append(Moment(time, kind, agent, task, detail))

    def _tasks_leased(self, event: events.TasksLeased, time: float) -> None:
        for task in event.tasks:
            self._last[task] = event.agent

    def _task_done(self, event: events.TaskDone, time: float) -> None:
        self._last[event.task] = event.agent
        checked = "its check passed" if event.verified else "not checked"
        self._add(time, MomentKind.MERGED, event.agent, event.task, checked)

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
        events.TasksLeased: _tasks_leased,
        events.TaskDone: _task_done,
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
