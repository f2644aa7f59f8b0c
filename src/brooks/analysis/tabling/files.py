"""Files that agents write past a merge queue: which task a file is of, and what became of each write."""

from collections.abc import Iterable

from brooks.core.facts import FileChange
from brooks.core.spec import Task
from brooks.ids import AgentId, BlobHash, TaskId, TurnId


class Write:
    """One file that a turn put into the shared tree."""

    __slots__ = ("again", "agent", "late", "path", "replaced", "task", "turn")

    def __init__(self, path: str, agent: AgentId, turn: TurnId, task: TaskId | None) -> None:
        self.path = path
        self.agent = agent
        self.turn = turn
        self.task = task
        """The task that the file is of; None if unknown."""
        self.again = False
        """Whether the same content was there."""
        self.late = False
        """Whether another agent had its task done, or had written the same."""
        self.replaced = False
        """Whether a later write that was not late replaced it."""

    @property
    def kept(self) -> bool:
        """Whether it is what the final tree owes to somebody."""
        return not (self.again or self.late or self.replaced)


class Files:
    """The shared tree: who wrote each file last, and what."""

    def __init__(self) -> None:
        self.writes: list[Write] = []
        self._tasks: dict[str, list[TaskId]] = {}
        self._present: dict[str, BlobHash | None] = {}
        self._last: dict[str, Write] = {}
        """The last write of each file that was not late."""

    def name(self, task: Task) -> None:
        """Take note of the files that a task names."""
        for path in task.files:
            self._tasks.setdefault(path, []).append(task.id)

    def open(self, files: Iterable[FileChange]) -> None:
        """Take the tree that the run starts from."""
        self._present.update((change.path, change.blob) for change in files)

    def task_of(self, path: str, own: Iterable[TaskId]) -> TaskId | None:
        """The task that names a file: of several, one of the agent's `own` if there is one.

        A file that no task names is of the agent's own task where it has no other.
        """
        naming = self._tasks.get(path)
        mine = list(own)
        if naming is None:
            return mine[0] if len(mine) == 1 else None
        return next((task for task in naming if task in mine), naming[0])

    def write(self, write: Write, blob: BlobHash | None, *, done_by_another: bool) -> None:
        """Put a file into the tree."""
        before = self._last.get(write.path)
        write.again = write.path in self._present and self._present[write.path] == blob
        foreign = before is not None and before.agent != write.agent
        write.late = done_by_another or (write.again and foreign)
        self._present[write.path] = blob
        if write.kept:
            if before is not None:
                before.replaced = True
            self._last[write.path] = write
        self.writes.append(write)
