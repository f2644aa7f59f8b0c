"""Conflicts, counted in the one way that this project means the word.

A conflict is a proposal whose base version of a file it writes is not the current one. A team that
promises `no_stale_write` refuses it, or drops it from the queue when the change it was built on is
dropped; any other team merges it, and then the versions tell.
"""

from collections.abc import Iterable

from brooks.core import events
from brooks.core.facts import DropReason, FileChange, RefusalReason


class Conflicts:
    """Counts conflicts, one for each proposal, however many of its files are in conflict."""

    def __init__(self) -> None:
        self.count = 0
        self._merges_stale_writes = False
        self._versions: dict[str, int] = {}
        """The current version of each file; kept only where stale writes are merged."""

    def start(self, event: events.RunStarted) -> None:
        """Take note of what the team promises."""
        self._merges_stale_writes = not event.guarantees.no_stale_write

    def open_workspace(self, event: events.WorkspaceOpened) -> None:
        """Take note of the tree that the run starts from."""
        self._write(event.files)

    def refuse(self, event: events.Refused) -> None:
        """Count a proposal that the board refused for a conflict."""
        self.count += event.command == "Propose" and event.reason is RefusalReason.STALE_WRITE

    def drop(self, event: events.ProposalDropped) -> None:
        """Count a proposal that was dropped for a conflict."""
        self.count += event.reason is DropReason.STALE_WRITE

    def merge(self, event: events.TaskDone | events.FilesWritten) -> None:
        """Count a change that was merged, or written at once, in spite of a conflict."""
        if self._merges_stale_writes:
            versions = self._versions
            self.count += any(
                change.base != versions.get(change.path, 0) for change in event.changes
            )
            self._write(event.changes)

    def _write(self, changes: Iterable[FileChange]) -> None:
        if self._merges_stale_writes:
            for change in changes:
                self._versions[change.path] = self._versions.get(change.path, 0) + 1
