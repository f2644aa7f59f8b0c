"""Reference solutions: what simulated models write, and what the modelled check looks for.

A solution is whole files, or parts of files that several tasks share. A part counts as present
where it begins a line of the file, so that `1: right` is not found within `11: right`.

A task without a solution gets one made up from its id, so that any project can be simulated. It
goes into the first file that the task declares; where several such tasks declare the same file,
each has a part of it, and they meet there as they would in earnest.

Two tasks may have whole versions of one file when one of them builds on the other. The later
version then counts for the earlier task too, and so does a file to which others have since added
their parts.

A solution may import a file of a task that it does not say it waits for. Nothing states such a need,
so an agent finds it when it begins the task and the file is not there; until it is, the task is not
solved, as its real check would say.

Whoever does a task may come upon others that nobody knew of. A planner that expects such tasks says which
task leads to which.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import NamedTuple

from brooks.core.paths import PathRefused, clean_path, fold
from brooks.core.spec import Task
from brooks.ids import BlobHash, TaskId

_IMPORT = re.compile(rb"^(?:from|import)[ \t]+([\w.]+)", re.MULTILINE)
"""An import that happens as soon as a file is used; one within a function may come in time."""


NOTHING_FOUND: Mapping[TaskId, tuple[Task, ...]] = MappingProxyType({})


class SolutionPart(NamedTuple):
    """One file of a solution, or the task's own part of it."""

    path: str
    data: bytes
    part: bool
    """True when `data` is to be appended to what is in the file."""


class Solutions:
    """The solutions of all tasks of a run; bytes are read when they are first needed."""

    def __init__(
        self,
        tasks: Iterable[Task],
        blob: Callable[[BlobHash], bytes],
        *,
        found: Mapping[TaskId, tuple[Task, ...]] = NOTHING_FOUND,
    ) -> None:
        self._blob = blob
        self._found = found
        every = (*tasks, *(task for each in found.values() for task in each))
        self._tasks = {task.id: task for task in every}
        self._known: dict[TaskId, tuple[SolutionPart, ...]] = {}
        self._unstated: dict[TaskId, Mapping[str, TaskId]] = {}
        self._efforts: dict[str, float] = {}
        self._whole: dict[str, list[TaskId]] = {}
        """For each path, the tasks whose solution has all of it."""
        self._shared: dict[str, None] = {}
        """Paths that some solution has a part of."""
        for task in self._tasks.values():
            for file in task.solution:
                if file.part:
                    self._shared[file.path] = None
                else:
                    self._whole.setdefault(file.path, []).append(task.id)
        self._taken = {fold(path) for path in (*self._whole, *self._shared)}
        self._taken.update(fold(path) for task in self._tasks.values() for path in task.files)
        self._make_up()

    def files(self, task_id: TaskId) -> tuple[SolutionPart, ...]:
        """What solves a task; made up for a task without solution, also one that came later."""
        known = self._known.get(task_id)
        if known is None:
            task = self._tasks.get(task_id)
            if task is None:
                known = (SolutionPart(self._own_file(task_id), _made_up(task_id), part=False),)
            else:
                known = tuple(
                    SolutionPart(file.path, self._blob(file.blob), file.part)
                    for file in task.solution
                )
            self._known[task_id] = known
        return known

    def found_by(self, task_id: TaskId) -> tuple[Task, ...]:
        """The tasks that whoever does this one comes upon."""
        return self._found.get(task_id, ())

    def effort_of(self, path: str) -> float:
        """The effort of the task that writes a file, of the first where several do; 1 if none is known."""
        if not self._efforts:
            for task in self._tasks.values():
                paths = (*(file.path for file in self.files(task.id)), *task.files)
                for each in paths:
                    self._efforts.setdefault(each, task.effort)
        return self._efforts.get(path, 1.0)

    def is_solved(self, task_id: TaskId, read: Callable[[str], bytes | None]) -> bool:
        """The modelled check: whether a tree, given by its files' contents, solves a task."""
        if any(read(path) is None for path in self.unstated_needs(task_id)):
            return False
        for path, data, part in self.files(task_id):
            content = read(path)
            if content is None:
                return False
            if part or path in self._shared:
                if find_part(content, data) < 0:
                    return False
            elif content != data and not self._is_later_version(task_id, path, content):
                return False
        return True

    def unstated_needs(self, task_id: TaskId) -> Mapping[str, TaskId]:
        """Files that a solution imports and does not say it waits for, each with the task that makes it."""
        needs = self._unstated.get(task_id)
        if needs is None:
            names = dict.fromkeys(
                name
                for file in self.files(task_id)
                if file.path.endswith(".py")
                for name in _IMPORT.findall(file.data)
            )
            paths = [f"{name.decode().replace('.', '/')}.py" for name in names]
            makers = ((path, self._maker_in_hiding(path, task_id)) for path in paths)
            needs = self._unstated[task_id] = {path: task for path, task in makers if task}
        return needs

    def _maker_in_hiding(self, path: str, task_id: TaskId) -> TaskId | None:
        """The task that makes a file; None where another is known to wait for it, or nobody makes it."""
        makers = self._whole.get(path, [])
        for maker in makers:
            if maker == task_id or self._builds_on(task_id, maker):
                return None
        return next((maker for maker in makers if not self._builds_on(maker, task_id)), None)

    def _make_up(self) -> None:
        """Make up the solutions of the tasks that have none."""
        without = [task for task in self._tasks.values() if not task.solution]
        declared = Counter(task.files[0] for task in without if task.files)
        for task in without:
            data = _made_up(task.id)
            path = task.files[0] if task.files else None
            if path is None or path in self._whole:
                path = self._own_file(task.id)
                self._taken.add(fold(path))
                self._known[task.id] = (SolutionPart(path, data, part=False),)
            else:
                part = declared[path] > 1 or path in self._shared
                self._known[task.id] = (SolutionPart(path, data, part),)

    def _own_file(self, task_id: TaskId) -> str:
        """A file called like the task, unless such a file is in use or cannot be."""
        path = f"{task_id}.txt"
        try:
            usable = "/" not in path and clean_path(path) == path
        except PathRefused:
            usable = False
        if usable and fold(path) not in self._taken:
            return path
        return f"task-{sha256(task_id.encode()).hexdigest()[:16]}.txt"

    def _is_later_version(self, task_id: TaskId, path: str, content: bytes) -> bool:
        for other in self._whole.get(path, ()):
            if other != task_id and self._builds_on(other, task_id):
                versions = (data for there, data, _ in self.files(other) if there == path)
                if content in versions:
                    return True
        return False

    def _builds_on(self, task_id: TaskId, wanted: TaskId) -> bool:
        """Whether a task needs another one, at once or by way of others."""
        seen = {task_id}
        waiting = [task_id]
        while waiting:
            task = self._tasks.get(waiting.pop())
            for needed in task.depends_on if task is not None else ():
                if needed == wanted:
                    return True
                if needed not in seen:
                    seen.add(needed)
                    waiting.append(needed)
        return False


def find_part(content: bytes, part: bytes) -> int:
    """Where in a file a part begins, at the beginning of a line; -1 if nowhere."""
    if content.startswith(part):
        return 0
    return content.find(b"\n" + part) + 1 or -1


def put_part(content: bytes, part: bytes, *, instead_of: bytes | None = None) -> bytes:
    """Append a part to a file, once; in the place of an earlier version of it that is there."""
    if find_part(content, part) >= 0:
        return content
    if instead_of:
        at = find_part(content, instead_of)
        if at >= 0:
            return content[:at] + part + content[at + len(instead_of) :]
    separator = b"" if not content or content.endswith(b"\n") else b"\n"
    return content + separator + part


def _made_up(task_id: TaskId) -> bytes:
    return f"{task_id}: right\n".encode()
