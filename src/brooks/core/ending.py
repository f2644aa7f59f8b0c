"""What several decisions have in common: refusing a command, and what follows when tasks come back or fail.

A decision may end several leases and fail several tasks at once, and those may share descendants.
`Aftermath` collects what follows in one place, so that each task is offered, failed or blocked at
most once: first a decision says everything that has ended, then it asks the aftermath for the
consequences.
"""

from collections import deque
from collections.abc import Iterable

from brooks.core import events
from brooks.core.commands import Command
from brooks.core.events import Event
from brooks.core.facts import RefusalReason
from brooks.core.state import OVER, State, Status
from brooks.ids import TaskId, TurnId

LOST = frozenset({Status.FAILED, Status.BLOCKED, Status.CANCELLED})
"""Statuses of a task that is not going to be done."""


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


def waiting_for(state: State, tasks: Iterable[TaskId]) -> list[TaskId]:
    """Tasks that are not over and wait for these, nearest first; what is over waits for nothing."""
    found: dict[TaskId, None] = {}
    frontier = deque(tasks)
    while frontier:
        for child in state.graph.children(frontier.popleft()):
            if child not in found and state.tasks[child].status not in OVER:
                found[child] = None
                frontier.append(child)
    return list(found)


class Aftermath:
    """The consequences of one decision, in `events`."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.events: list[Event] = []
        self._over: dict[TaskId, None] = {}
        """Tasks failed or blocked in this decision."""
        self._reopened: dict[TaskId, None] = {}

    def offer(self, tasks: Iterable[TaskId]) -> None:
        """Tasks that nobody holds any more are ready, if all they need is done, or blocked for good."""
        for task in tasks:
            if task in self._over:
                continue
            parents = self._state.graph.parents(task)
            lost = [parent for parent in parents if self._is_lost(parent)]
            if lost:
                self._over[task] = None
                self.events.append(events.TaskBlocked(task=task, on=lost[0]))
                self.block_descendants(task)
            elif all(self._is_done(parent) for parent in parents):
                self.events.append(events.TaskReady(task=task))

    def _is_done(self, task: TaskId) -> bool:
        return self._state.tasks[task].status is Status.DONE and task not in self._reopened

    def _is_lost(self, task: TaskId) -> bool:
        return task in self._over or self._state.tasks[task].status in LOST

    def fail(self, task: TaskId, reason: str) -> None:
        """Give a task up, and with it everything that waits for it."""
        if task not in self._over:
            self._over[task] = None
            self.events.append(events.TaskFailed(task=task, reason=reason))
            self.block_descendants(task)

    def block_descendants(self, task: TaskId) -> None:
        """Everything that waits for `task`, directly or through others that wait, can never start."""
        for waiting in waiting_for(self._state, [task]):
            if waiting not in self._over:
                self._over[waiting] = None
                self.events.append(events.TaskBlocked(task=waiting, on=task))

    def spend_attempts(self, tasks: Iterable[TaskId], reason: str) -> None:
        """After attempts that came to nothing: offer each task again, or fail it if that was its last one."""
        assert self._state.run is not None
        for task in tasks:
            if self._state.tasks[task].failures + 1 >= self._state.run.attempts:
                self.fail(task, reason)
            else:
                self.offer([task])

    def reopen(self, tasks: Iterable[TaskId], reason: str) -> None:
        """Done tasks turn out not to be; each has used up an attempt."""
        failed = set(tasks)
        self._reopened = {task: None for task in self._state.graph.order() if task in failed}
        self.events += [events.TaskReopened(task=task) for task in self._reopened]
        self.spend_attempts(self._reopened, reason)
