"""The tree as the coordinator's own process sees it: files of the state, blobs of the log.

A sorted list of its paths follows the log record by record, so that looking at a tree of 20,000
files costs a turn nothing.
"""

from bisect import bisect_left, insort
from collections.abc import Sequence
from typing import ClassVar

from brooks.core.events import (
    Event,
    FilesWritten,
    Record,
    TaskDone,
    TaskReverted,
    WorkspaceOpened,
)
from brooks.core.facts import FileChange
from brooks.core.state import FileVersion, State
from brooks.ids import BlobHash
from brooks.log.store import LogReader


class LocalTree:
    """Reads files of any commit from the state and the log in this process."""

    FOLLOWED: ClassVar[frozenset[type[Event]]] = frozenset(
        {TaskDone, TaskReverted, FilesWritten, WorkspaceOpened}
    )
    """What changes the tree; of all else it need not be told."""

    def __init__(self, state: State, log: LogReader) -> None:
        self._state = state
        self._log = log
        self._sorted: list[str] = []
        for path, version in state.files.items():
            if version.blob is not None:
                self._add(path)
        self._counts = {state.commits: len(self._sorted)}
        """How many files there were after each commit that was followed."""

    def follow(self, record: Record) -> None:
        """Take in a record that was applied to the state."""
        event = record.event
        if isinstance(event, TaskDone | TaskReverted | FilesWritten):
            self._change(event.changes)
            self._counts[event.commit] = len(self._sorted)
        elif isinstance(event, WorkspaceOpened):
            self._change(event.files)
            self._counts[0] = len(self._sorted)

    def _change(self, changes: tuple[FileChange, ...]) -> None:
        for change in changes:
            if change.blob is None:
                self._remove(change.path)
            else:
                self._add(change.path)

    def _add(self, path: str) -> None:
        at = bisect_left(self._sorted, path)
        if at < len(self._sorted) and self._sorted[at] == path:
            return
        insort(self._sorted, path)

    def _remove(self, path: str) -> None:
        at = bisect_left(self._sorted, path)
        if at < len(self._sorted) and self._sorted[at] == path:
            del self._sorted[at]

    def paths(self, head: int) -> list[str]:
        """Paths of all files after `head` commits, sorted."""
        if head == self._state.commits:
            return list(self._sorted)
        versions = ((path, self._state.file_at(path, head)) for path in self._state.history)
        return sorted(path for path, there in versions if there and there.blob is not None)

    def count(self, head: int) -> int:
        """How many files there are after `head` commits."""
        known = self._counts.get(head)
        return len(self.paths(head)) if known is None else known

    def file(self, path: str, head: int) -> FileVersion | None:
        """A file after `head` commits."""
        return self._state.file_at(path, head)

    def versions(self, path: str) -> Sequence[FileVersion]:
        """Every version of a file so far."""
        return self._state.history.get(path, ())

    def clash(self, path: str) -> str | None:
        """What is in the current tree and cannot be beside `path` on every system."""
        return self._state.paths.clash(path)

    def blob(self, blob_hash: BlobHash) -> bytes:
        """A content."""
        return self._log.blob(blob_hash)
