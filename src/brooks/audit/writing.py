"""No stale write: every merged change was made from the version of the file that it replaces.

Versions are counted by replaying the tree that the run began on and the merges: the first content
of a path is version 1, and every later write or deletion is one more.
"""

from collections.abc import Sequence

from brooks.audit.verdict import Findings, Guarantee, Verdict
from brooks.core import events
from brooks.core.events import Record
from brooks.ids import Position


def check_no_stale_write(records: Sequence[Record]) -> Verdict:
    """The base of every merged change is the version just before it."""
    found = Findings(Guarantee.NO_STALE_WRITE)
    versions = dict[str, int]()
    written = dict[str, Position]()
    changes = 0
    for record in records:
        event = record.event
        if not isinstance(event, events.WorkspaceOpened | events.TaskDone):
            continue
        written_here = event.changes if isinstance(event, events.TaskDone) else event.files
        for change in written_here:
            version = versions.get(change.path, 0)
            if isinstance(event, events.TaskDone):
                changes += 1
                if change.base != version:
                    last = [written[change.path]] if change.path in written else []
                    found.violated(
                        [*last, record.position],
                        f"task {event.task!r} wrote {change.path!r} from version {change.base} "
                        f"when it was at version {version}",
                    )
            versions[change.path] = version + 1
            written[change.path] = record.position
    return found.verdict(f"each of {changes} merged changes was made from the version it replaced")


__all__ = ["check_no_stale_write"]
