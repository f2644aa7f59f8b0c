"""No stale write: every merged change was made from the version of the file that it replaces.

Versions are counted by replaying the tree that the run began on and the merges: the first content
of a path is version 1, and every later write or deletion is one more, that of a change which takes
a task's work back as well.

A *lost update* is one way to break this: a merged change of a file made from a version older than
the one that it replaced, so that someone's write in between is overwritten unseen (Berenson and
others 1995, P4). The other way is a change made from a version that never was.
"""

from collections.abc import Iterator, Sequence

from brooks.audit.verdict import Findings, Guarantee, Verdict
from brooks.core import events
from brooks.core.events import Record
from brooks.core.message import Message
from brooks.ids import Position


class Overwriting(Message, frozen=True, kw_only=True):
    """One file of one commit, and what it replaced."""

    writer: str
    """Whose write it is, in words."""
    path: str
    base: int
    """The version that it was made from."""
    version: int
    """The version that it replaced."""
    merged: Position
    before: Position | None
    """Where the replaced version came from; None for a file that was not there."""

    @property
    def witness(self) -> tuple[Position, ...]:
        """The records that show it."""
        return (self.merged,) if self.before is None else (self.before, self.merged)

    @property
    def sentence(self) -> str:
        """It for a person."""
        return (
            f"{self.writer} wrote {self.path!r} from version {self.base} "
            f"when it was at version {self.version}"
        )


def _writer(event: events.TaskDone | events.TaskReverted | events.FilesWritten) -> str:
    match event:
        case events.TaskDone():
            return f"task {event.task!r}"
        case events.TaskReverted():
            return f"the taking back of {event.task!r}"
        case events.FilesWritten():
            return event.agent


def overwritings(records: Sequence[Record]) -> Iterator[Overwriting]:
    """Every file of every commit, in order."""
    versions = dict[str, int]()
    written = dict[str, Position]()
    for record in records:
        event = record.event
        match event:
            case events.WorkspaceOpened():
                changes = event.files
            case events.TaskDone() | events.TaskReverted() | events.FilesWritten():
                changes = event.changes
            case _:
                continue
        for change in changes:
            version = versions.get(change.path, 0)
            if not isinstance(event, events.WorkspaceOpened):
                yield Overwriting(
                    writer=_writer(event),
                    path=change.path,
                    base=change.base,
                    version=version,
                    merged=record.position,
                    before=written.get(change.path),
                )
            versions[change.path] = version + 1
            written[change.path] = record.position


def check_no_stale_write(records: Sequence[Record]) -> Verdict:
    """The base of every merged change is the version just before it."""
    found = Findings(Guarantee.NO_STALE_WRITE)
    changes = 0
    for write in overwritings(records):
        changes += 1
        if write.base != write.version:
            found.violated(write.witness, write.sentence)
    return found.verdict(f"each of {changes} merged changes was made from the version it replaced")


def check_no_lost_update(records: Sequence[Record]) -> Verdict:
    """No merged change was made from a version older than the one that it replaced."""
    found = Findings(Guarantee.NO_LOST_UPDATE)
    changes = 0
    for write in overwritings(records):
        changes += 1
        if write.base < write.version:
            sentence = f"{write.sentence}: what was written in between is lost"
            found.violated(write.witness, sentence)
    return found.verdict(
        f"none of {changes} merged changes overwrote a version it was not made from"
    )


__all__ = ["Overwriting", "check_no_lost_update", "check_no_stale_write", "overwritings"]
