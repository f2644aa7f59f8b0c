"""Liveness: every task ends as done, failed, blocked or cancelled, and the run ends.

A history can only show this once it is over. A log that stops in the middle may yet go on, and a
run that was cut off (budget, interrupted, cancelled, by a model that could not be reached) was not
given the time: both are `unknown`.
"""

from collections.abc import Sequence

from brooks.audit.verdict import Findings, Guarantee, Verdict
from brooks.core import events
from brooks.core.events import Record
from brooks.core.facts import Outcome
from brooks.ids import Position, TaskId

_CUT_OFF = frozenset({Outcome.BUDGET, Outcome.INTERRUPTED, Outcome.OUTSIDE, Outcome.CANCELLED})


def check_liveness(records: Sequence[Record]) -> Verdict:
    """The run ended, and no task was left open."""
    found = Findings(Guarantee.LIVENESS)
    opened = dict[TaskId, Position]()
    tasks = 0
    end: tuple[Position, events.RunFinished] | None = None
    for record in records:
        event = record.event
        match event:
            case events.TaskAdded():
                tasks += 1
                opened[event.task.id] = record.position
            case events.TaskRequeued() | events.TaskReopened():
                opened[event.task] = record.position
            case (
                events.TaskDone()
                | events.TaskFailed()
                | events.TaskBlocked()
                | events.TaskCancelled()
            ):
                opened.pop(event.task, None)
            case events.RunFinished():
                end = (record.position, event)
            case events.RunResumed():
                end = None
            case _:
                pass
    if end is None:
        last = [record.position for record in records[-1:]]
        found.unsure(last, f"the log ends while the run goes on, with {len(opened)} tasks open")
    else:
        finished_at, finished = end
        for task, since in opened.items():
            sentence = f"the run ended as {finished.outcome.value} with task {task!r} still open"
            judge = found.unsure if finished.outcome in _CUT_OFF else found.violated
            judge([since, finished_at], f"{sentence}: {finished.reason}")
    return found.verdict(f"the run ended and each of {tasks} tasks was over")


__all__ = ["check_liveness"]
