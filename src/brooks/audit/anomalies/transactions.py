"""Merged changes as transactions: which versions of which files each has read and made.

A transaction has read the versions that its changes were made from, and of other files the versions
that its agent saw; of a file that was seen more than once the newest counts. What it wrote are the
versions that its merge made. Taking a failed task's work back is one more transaction.
"""

from collections.abc import Sequence

from brooks.core import events
from brooks.core.events import Record
from brooks.core.facts import FileChange
from brooks.ids import Position, ProposalId

Version = tuple[str, int]
"""A path, and one of its versions."""


class Transaction:
    """One commit."""

    def __init__(self, name: str, number: int, merged: Position) -> None:
        self.name = name
        """The task, for sentences."""
        self.number = number
        """Its place among the commits, from 0."""
        self.merged = merged
        self.queued = merged
        """Where its reads are in the log."""
        self.bases: dict[str, int] = {}
        self.reads: dict[str, int] = {}
        """Of files that it did not write."""
        self.found: dict[str, int] = {}
        """Versions of all these files when it was merged."""
        self.writes: dict[str, int] = {}

    @property
    def seen(self) -> dict[str, int]:
        """Every version it read, be it to write the file or not."""
        return self.reads | self.bases


def transactions(records: Sequence[Record]) -> list[Transaction]:
    """The commits of a history, in order."""
    reading = _Reading()
    for record in records:
        reading.read(record)
    return reading.commits


class _Reading:
    def __init__(self) -> None:
        self.commits: list[Transaction] = []
        self._versions: dict[str, int] = {}
        self._queued: dict[ProposalId, tuple[Position, events.ProposalQueued]] = {}

    def read(self, record: Record) -> None:
        event = record.event
        match event:
            case events.WorkspaceOpened():
                for change in event.files:
                    self._versions[change.path] = self._versions.get(change.path, 0) + 1
            case events.ProposalQueued():
                self._queued[event.proposal] = (record.position, event)
            case events.TaskDone():
                commit = self._commit(repr(event.task), record.position)
                self._see(commit, event.proposal)
                self._write(commit, event.changes)
            case events.FilesWritten():
                commit = self._commit(f"what {event.agent} wrote", record.position)
                self._write(commit, event.changes)
            case events.TaskReverted():
                commit = self._commit(f"the taking back of {event.task!r}", record.position)
                self._write(commit, event.changes)
            case _:
                pass

    def _commit(self, name: str, at: Position) -> Transaction:
        commit = Transaction(name, len(self.commits), at)
        self.commits.append(commit)
        return commit

    def _see(self, commit: Transaction, number: ProposalId) -> None:
        queued = self._queued.get(number)
        if queued is not None:
            commit.queued, proposal = queued
            written = {change.path for change in proposal.changes}
            for read in proposal.reads:
                if read.path not in written:
                    newest = max(read.version, commit.reads.get(read.path, 0))
                    commit.reads[read.path] = newest

    def _write(self, commit: Transaction, changes: Sequence[FileChange]) -> None:
        commit.bases = {change.path: change.base for change in changes}
        commit.found = {path: self._versions.get(path, 0) for path in commit.seen}
        for change in changes:
            self._versions[change.path] = self._versions.get(change.path, 0) + 1
            commit.writes[change.path] = self._versions[change.path]
