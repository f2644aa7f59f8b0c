"""Where one agent's work met another's, folded into rows of `conflicts`.

    stale write     a change whose base version of a file was not the current one: refused, dropped, or
                    merged in a team that does not promise otherwise (as `brooks.analysis.conflicts` counts)
    lost claim      a refused claim of a task that another had, or had done
    locked file     a claim or a change refused for a file that another's task had locked
    overtaken work  a change that was refused or dropped because its task was over, or no longer its
                    agent's, and work that was taken away because another's was merged or voted for

Each change, claim or taken task is one row; of several files in conflict it names the first.
"""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from brooks.core import events
from brooks.core.facts import DropReason, FileChange, RefusalReason
from brooks.ids import AgentId, TaskId

Row = dict[str, Any]

_TAKEN = frozenset({RefusalReason.HELD_BY_ANOTHER, RefusalReason.TASK_OVER})
_TOO_LATE = frozenset(
    {
        RefusalReason.TASK_OVER,
        RefusalReason.STALE_FENCE,
        RefusalReason.TURN_OVER,
        RefusalReason.HELD_BY_ANOTHER,
    }
)


class ConflictRows:
    """Rows of `conflicts`, folded from records one by one."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        """Without the run's id."""
        self._merges_stale_writes = False
        self._versions: dict[str, int] = {}
        self._done_by: dict[TaskId, AgentId] = {}
        self._returned: dict[TaskId, dict[AgentId, float]] = {}
        """From whom a task was taken back, and when."""

    def _row(
        self,
        time: float,
        kind: str,
        outcome: str,
        *,
        agent: AgentId | None,
        task: TaskId | None = None,
        path: str | None = None,
    ) -> None:
        self.rows.append(
            {
                "time": time,
                "agent": agent,
                "task": task,
                "kind": kind,
                "path": path,
                "outcome": outcome,
            }
        )

    def _run_started(self, event: events.RunStarted, time: float) -> None:
        self._merges_stale_writes = not event.guarantees.no_stale_write

    def _workspace_opened(self, event: events.WorkspaceOpened, time: float) -> None:
        self._write(event.files)

    def _refused(self, event: events.Refused, time: float) -> None:
        kind = self._kind(event)
        if kind is None:
            return
        named = kind in {"stale write", "locked file"} and event.command == "Propose"
        path = event.detail.split(", ")[0] if named and event.detail else None
        self._row(time, kind, "refused", agent=event.agent, task=event.task, path=path)

    def _kind(self, event: events.Refused) -> str | None:
        if event.reason is RefusalReason.FILE_LOCKED:
            return "locked file"
        if event.command == "Propose":
            if event.reason is RefusalReason.STALE_WRITE:
                return "stale write"
            return "overtaken work" if event.reason in _TOO_LATE else None
        if event.command in {"Claim", "StateClaim"} and event.reason in _TAKEN:
            own = event.task is not None and self._done_by.get(event.task) == event.agent
            return None if own else "lost claim"
        return None

    def _proposal_dropped(self, event: events.ProposalDropped, time: float) -> None:
        kind = _DROPPED.get(event.reason)
        if kind is not None:
            path = event.paths[0] if event.paths else None
            self._row(time, kind, "dropped", agent=event.agent, task=event.task, path=path)

    def _files_written(self, event: events.FilesWritten, time: float) -> None:
        self._merge(event.changes, time, event.agent, None)

    def _task_done(self, event: events.TaskDone, time: float) -> None:
        self._merge(event.changes, time, event.agent, event.task)
        self._overtake(event.task, time, event.agent)
        self._done_by[event.task] = event.agent

    def _vote_counted(self, event: events.VoteCounted, time: float) -> None:
        if event.decided is not None:
            self._overtake(event.task, time, None)

    def _task_leased(self, event: events.TasksLeased, time: float) -> None:
        for task in event.tasks:
            self._returned.get(task, {}).pop(event.agent, None)

    def _tasks_returned(self, event: events.TasksReturned, time: float) -> None:
        if event.by is None and not event.counted:
            for task in event.tasks:
                self._returned.setdefault(task, {})[event.agent] = time

    def _overtake(self, task: TaskId, time: float, winner: AgentId | None) -> None:
        """Work that was taken away in the decision that merges another's, or ends the vote."""
        for agent, when in self._returned.pop(task, {}).items():
            if when == time and agent != winner:
                self._row(time, "overtaken work", "dropped", agent=agent, task=task)

    def _merge(
        self, changes: tuple[FileChange, ...], time: float, agent: AgentId, task: TaskId | None
    ) -> None:
        if not self._merges_stale_writes:
            return
        for change in changes:
            if change.base != self._versions.get(change.path, 0):
                self._row(time, "stale write", "merged", agent=agent, task=task, path=change.path)
                break
        self._write(changes)

    def _write(self, changes: Iterable[FileChange]) -> None:
        for change in changes:
            self._versions[change.path] = self._versions.get(change.path, 0) + 1

    HANDLERS: ClassVar[dict[type, Callable[[Any, Any, float], None]]] = {
        events.RunStarted: _run_started,
        events.WorkspaceOpened: _workspace_opened,
        events.Refused: _refused,
        events.ProposalDropped: _proposal_dropped,
        events.FilesWritten: _files_written,
        events.TaskDone: _task_done,
        events.VoteCounted: _vote_counted,
        events.TasksLeased: _task_leased,
        events.TasksReturned: _tasks_returned,
    }


_DROPPED: dict[DropReason, str] = {
    DropReason.STALE_WRITE: "stale write",
    DropReason.TASK_OVER: "overtaken work",
}
