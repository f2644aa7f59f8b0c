"""What several decisions have in common: refusing, offering a task again, giving one up."""

from collections.abc import Iterable

from brooks.core import events
from brooks.core.commands import Command
from brooks.core.events import Event, RefusalReason
from brooks.core.state import OVER, State
from brooks.ids import TaskId, TurnId


def refuse(
    command: Command,
    reason: RefusalReason,
    *,
    task: TaskId | None = None,
    turn: TurnId | None = None,
    detail: str = "",
) -> list[Event]:
    """Answer a command with a refusal."""
    return [
        events.Refused(
            command=type(command).__name__,
            reason=reason,
            agent=getattr(command, "agent", None),
            task=task,
            turn=turn,
            detail=detail,
        )
    ]


def offer(state: State, tasks: Iterable[TaskId]) -> list[Event]:
    """Say of tasks that nobody holds any more which of them are ready."""
    return [events.TaskReady(task=task) for task in tasks if not state.tasks[task].unmet]


def fail(state: State, task: TaskId, reason: str) -> list[Event]:
    """Give a task up, and with it everything that waits for it."""
    return [events.TaskFailed(task=task, reason=reason), *block_descendants(state, task)]


def block_descendants(state: State, task: TaskId) -> list[Event]:
    """Say of everything that waits for `task` that it can never start."""
    return [
        events.TaskBlocked(task=descendant, on=task)
        for descendant in state.graph.descendants(task)
        if state.tasks[descendant].status not in OVER
    ]


def spend_attempts(state: State, tasks: Iterable[TaskId], reason: str) -> list[Event]:
    """After an attempt that came to nothing: offer each task again, or fail it if that was the last one."""
    assert state.run is not None
    result: list[Event] = []
    for task in tasks:
        if state.tasks[task].failures + 1 >= state.run.attempts:
            result += fail(state, task, reason)
        else:
            result += offer(state, [task])
    return result
