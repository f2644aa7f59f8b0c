"""How many tasks there were, were done and were verified, over the time of a run."""

from collections.abc import Iterable
from typing import NamedTuple

from brooks.analysis.task_summary import TaskSummary
from brooks.core import events
from brooks.core.events import Record


class Progress(NamedTuple):
    """The counts from one time on."""

    time: float
    """Log seconds."""
    total: int
    """Tasks, found ones included."""
    done: int
    """Tasks whose change is merged."""
    checked: int
    """Those of them whose check passed on the tree they were merged into."""
    verified: int
    """Those whose check passed on exactly the tree as it is: all of them only after a last look."""
    looked: bool
    """Whether a last look at the tree is going on or over, without a merge since."""


def progress(records: Iterable[Record]) -> tuple[Progress, ...]:
    """The counts at every time at which one of them changed, and at the end."""
    tasks, looked = TaskSummary(), False
    found: list[Progress] = []
    time = 0.0
    for record in records:
        time = record.time
        if type(record.event) in _HEARD:
            looked = _hear(tasks, record.event, looked=looked)
            _note(found, _now(tasks, time, looked=looked))
    if found:
        _note(found, _now(tasks, time, looked=looked))
    return tuple(found)


def _note(found: list[Progress], now: Progress) -> None:
    """Of several changes at one time the last counts."""
    if found and found[-1].time == now.time:
        found[-1] = now
    elif not found or found[-1][1:] != now[1:]:
        found.append(now)


def _now(tasks: TaskSummary, time: float, *, looked: bool) -> Progress:
    return Progress(
        time,
        total=tasks.total,
        done=len(tasks.done),
        checked=len(tasks.checked),
        verified=tasks.verified,
        looked=looked,
    )


def _hear(tasks: TaskSummary, event: events.Event, *, looked: bool) -> bool:
    """Fold one event; whether a look is going on afterwards."""
    match event:
        case events.TaskAdded():
            tasks.add(event)
        case events.CheckFinished():
            tasks.finish_check(event)
        case events.ProposalDropped():
            tasks.drop(event)
        case events.TaskDone():
            tasks.finish(event)
            return False
        case events.TaskReopened():
            tasks.reopen(event)
        case events.VerificationStarted():
            return True
        case events.VerificationFinished():
            tasks.look(event)
        case _:
            pass
    return looked


_HEARD = frozenset(
    {
        events.TaskAdded,
        events.CheckFinished,
        events.ProposalDropped,
        events.TaskDone,
        events.TaskReopened,
        events.VerificationStarted,
        events.VerificationFinished,
    }
)
