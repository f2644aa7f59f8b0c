"""What an agent has written in its turn and nobody else sees yet.

A draft lies over a snapshot of the tree: reads see the agent's own writes first and the snapshot
below, so that others' commits do not shift under it (snapshot isolation, Berenson 1995). Each write
remembers the version of the file it was made from; that is what the board compares when the change
is proposed.

A proposed change leaves the draft for the queue. If it is merged, the file is at the version
foretold; if it is dropped, it comes back, except for files that were changed under the agent, which
it must write anew. A write made on top of an own proposal stands on it: if that one is dropped, the
version foretold may be another agent's, so what stands on it is forgotten too.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from brooks.core.facts import FileChange, FileRead
from brooks.ids import BlobHash, TaskId
from brooks.runtime.order import Tree
from brooks.runtime.reconciling import Written

MOST_READS = 200
"""Files that a proposal says were looked at; the last ones count."""


class _Entry:
    __slots__ = ("base", "data", "executable", "stands_on")

    def __init__(
        self, data: bytes | None, base: int, stands_on: TaskId | None, *, executable: bool
    ) -> None:
        self.data = data
        self.executable = executable
        self.base = base
        self.stands_on = stands_on
        """The own proposal, not merged yet, that foretold the base; None when the base is in the tree."""


class Change:
    """A proposed change: what the board is told, and the contents it names."""

    __slots__ = ("blobs", "files")

    def __init__(self, files: tuple[FileChange, ...], blobs: tuple[bytes, ...]) -> None:
        self.files = files
        self.blobs = blobs


class Draft:
    """An agent's writes over a snapshot."""

    def __init__(self, tree: Tree, head: int) -> None:
        self._tree = tree
        self.head = head
        """The commit of the snapshot."""
        self._pending: dict[str, _Entry] = {}
        self._proposed: dict[TaskId, dict[str, _Entry]] = {}
        self._seen: dict[str, int] = {}
        """Versions of the files that were looked at."""
        self._own: dict[str, _Entry] = {}
        """Our queued or merged writes; `base` is the version they get, for what stands on them."""

    def read(self, path: str) -> bytes | None:
        """A file as the agent sees it; None if it is not there."""
        entry = self._pending.get(path)
        if entry is not None:
            return entry.data
        there = self._tree.file(path, self.head)
        own = self._own.get(path)
        if own is not None and (there is None or own.base >= there.version):
            return own.data
        return None if there is None or there.blob is None else self._tree.blob(there.blob)

    def has(self, path: str) -> bool:
        """Whether the agent sees a file of this name."""
        there = self._tree.file(path, self.head)
        in_tree = there is not None and there.blob is not None
        return in_tree or path in self._pending or path in self._own

    def look_at(self, path: str) -> None:
        """Remember which version of a file the agent was shown, for whoever asks what a change rests on."""
        if path not in self._pending and path not in self._own:
            there = self._tree.file(path, self.head)
            self._seen[path] = 0 if there is None else there.version

    def looked_at(self, change: Change) -> tuple[FileRead, ...]:
        """The files that were looked at, those that the change writes left out."""
        written = {file.path for file in change.files}
        seen = [path for path in self._seen if path not in written]
        return tuple(FileRead(path=path, version=self._seen[path]) for path in seen[-MOST_READS:])

    def proposed(self, task: TaskId, paths: Iterable[str]) -> list[Written]:
        """Files of a proposed change as they were written."""
        entries = self._proposed[task]
        return [
            Written(path, entries[path].data, entries[path].base, entries[path].executable)
            for path in paths
            if path in entries
        ]

    def rebase(self, path: str, data: bytes | None, base: int) -> None:
        """Put a file that was written on an old version on top of another one."""
        entry = self._pending[path]
        entry.data, entry.base, entry.stands_on = data, base, None

    def paths(self) -> list[str]:
        """Every file the agent sees, sorted."""
        names = set(self._tree.paths(self.head))
        for layer in (self._own, self._pending):
            for path, entry in layer.items():
                (names.discard if entry.data is None else names.add)(path)
        return sorted(names)

    def is_executable(self, path: str) -> bool:
        """Whether a file may be run."""
        entry = self._pending.get(path)
        if entry is not None:
            return entry.executable
        there = self._tree.file(path, self.head)
        own = self._own.get(path)
        if own is not None and (there is None or own.base >= there.version):
            return own.executable
        return there is not None and there.executable

    def written(self) -> tuple[str, ...]:
        """Paths written here and not proposed yet."""
        return tuple(self._pending)

    def write(self, path: str, data: bytes | None, *, executable: bool | None = None) -> None:
        """Write a file, or delete it with None; it may be run as before, unless that is said too."""
        runs = self.is_executable(path) if executable is None else executable
        entry = self._pending.get(path)
        if entry is not None:
            entry.data = data
            entry.executable = runs
            return
        there = self._tree.file(path, self.head)
        version = 0 if there is None else there.version
        own = self._own.get(path)
        if own is None or own.base <= version:
            self._pending[path] = _Entry(data, version, None, executable=runs)
        else:
            self._pending[path] = _Entry(data, own.base, own.stands_on, executable=runs)

    def propose(self, task: TaskId, reserved: Iterable[str]) -> Change:
        """Take out what belongs to a task: everything but the files `reserved` for others of the turn."""
        taken = self._all_but(reserved)
        for path, entry in taken.items():
            del self._pending[path]
            self._own[path] = _Entry(entry.data, entry.base + 1, task, executable=entry.executable)
        self._proposed[task] = taken
        return _change(taken)

    def as_it_is(self, reserved: Iterable[str]) -> Change:
        """What would be proposed, and what was proposed before and is not merged; nothing is taken out."""
        taken: dict[str, _Entry] = {}
        for proposed in self._proposed.values():
            taken.update(proposed)
        return _change({**taken, **self._all_but(reserved)})

    def _all_but(self, reserved: Iterable[str]) -> dict[str, _Entry]:
        kept_back = set(reserved)
        return {path: entry for path, entry in self._pending.items() if path not in kept_back}

    def merged(self, task: TaskId) -> None:
        """The task's change is part of the tree, and so is what stands on it sure of its base."""
        del self._proposed[task]
        for entry in self._all_entries():
            if entry.stands_on == task:
                entry.stands_on = None

    def dropped(self, task: TaskId, discarded: Iterable[str]) -> tuple[str, ...]:
        """The task's change came back, without the `discarded` files, which were changed under it.

        Returns every path that the agent must write anew: those, and what stood on a dropped
        proposal.
        """
        lost = dict.fromkeys(discarded)
        came_back = self._proposed.pop(task)
        for path, entry in came_back.items():
            own = self._own.get(path)
            if own is not None and own.base == entry.base + 1:
                del self._own[path]
            if entry.stands_on is not None and entry.stands_on not in self._proposed:
                lost[path] = None
        for path, entry in list(self._pending.items()):
            if entry.stands_on == task:
                del self._pending[path]
                lost[path] = None
        for path, entry in came_back.items():
            if path not in lost and path not in self._pending:
                self._pending[path] = entry
        return tuple(lost)

    def _all_entries(self) -> list[_Entry]:
        layers = [self._pending, self._own, *self._proposed.values()]
        return [entry for layer in layers for entry in layer.values()]


def _change(entries: Mapping[str, _Entry]) -> Change:
    files, blobs = [], []
    for path, entry in entries.items():
        blob = None
        if entry.data is not None:
            blob = BlobHash(sha256(entry.data).hexdigest())
            blobs.append(entry.data)
        files.append(FileChange(path=path, blob=blob, base=entry.base, executable=entry.executable))
    return Change(tuple(files), tuple(blobs))
