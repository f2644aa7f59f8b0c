"""Each file by itself is linearizable: as if its changes were made one at a time.

Every merged change of a file is a compare-and-set of the file's version. It is called when the
snapshot that it was made on was taken (its turn's start, or the last tool result after which the
turn saw a newer tree) and returns when it is merged; what it expects is the version it was made
from, and what it gives is the version that its merge made. A change that takes a failed task's work
back is made by the board in one moment.
"""

from collections.abc import Sequence

from brooks.audit.linearizability import Commit, Operation, VersionedFiles, check
from brooks.audit.verdict import Findings, Guarantee, Result, Verdict
from brooks.core import events
from brooks.core.events import Record
from brooks.ids import Position, ProposalId, TurnId


class _Files:
    """One reading of a history."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.operations: list[Operation] = []
        self.at_start: dict[str, int] = {}
        self._versions: dict[str, int] = {}
        self._heads: dict[TurnId, int] = {}
        self._snapshots: dict[TurnId, Position] = {}
        self._called: dict[ProposalId, Position] = {}
        for record in records:
            self._read(record)

    def _read(self, record: Record) -> None:
        event = record.event
        match event:
            case events.WorkspaceOpened():
                for change in event.files:
                    self.at_start[change.path] = self._write(change.path)
            case events.TaskDone():
                called = self._called.get(event.proposal, record.position)
                for change in event.changes:
                    self._commit(record, event.agent, called, change.path, change.base)
            case events.FilesWritten():
                called = self._snapshots.get(event.turn, record.position)
                for change in event.changes:
                    self._commit(record, event.agent, called, change.path, change.base)
            case events.TaskReverted():
                for change in event.changes:
                    at = record.position
                    self._commit(record, "the board", at, change.path, change.base)
            case _:
                self._read_turn(record)

    def _read_turn(self, record: Record) -> None:
        event = record.event
        match event:
            case events.TurnStarted() | events.ToolsFinished():
                if self._heads.get(event.turn) != event.head:
                    self._snapshots[event.turn] = record.position
                self._heads[event.turn] = event.head
            case events.BallotCast():
                called = self._snapshots.get(event.turn, record.position)
                self._called[event.proposal] = called
            case events.ProposalQueued():
                called = self._snapshots.get(event.turn, record.position)
                self._called[event.proposal] = self._called.get(event.ballot, called)
            case _:
                pass

    def _commit(self, record: Record, process: str, called: Position, path: str, base: int) -> None:
        self.operations.append(
            Operation(
                process=process,
                called=called,
                returned=record.position,
                argument=Commit(path=path, base=base),
                result=self._write(path),
            )
        )

    def _write(self, path: str) -> int:
        self._versions[path] = version = self._versions.get(path, 0) + 1
        return version


def check_linearizable(records: Sequence[Record]) -> Verdict:
    """Some order explains the merged changes of each file."""
    files = _Files(records)
    judgement = check(files.operations, VersionedFiles(files.at_start))
    found = Findings(Guarantee.LINEARIZABLE)
    if judgement.result is Result.VIOLATED:
        found.violated(judgement.places(), judgement.explanation("record"))
    elif judgement.result is Result.UNKNOWN:
        found.unsure((), judgement.explanation("record"))
    return found.verdict(
        f"each of {judgement.parts} files took its {judgement.operations} changes one at a time"
    )


__all__ = ["check_linearizable"]
