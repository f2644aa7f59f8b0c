"""Compensation: what a failed task had merged is taken back (sagas, Garcia-Molina and Salem 1987).

A task that was merged, then found wrong on the final tree and failed for good has left its change
behind. Reverting it is one more commit. A file that another task has written since is left as it
is: taking it back would take the other's work with it. So is one that can no longer stand beside
another's. What waits in the merge queue is checked anew on the tree without it, or dropped where it
was made from what is gone.
"""

from collections.abc import Sequence

from brooks.core import commands, events
from brooks.core.ending import refuse
from brooks.core.events import Event
from brooks.core.facts import FileChange, RefusalReason
from brooks.core.fitting import clashing_paths
from brooks.core.merging import judge_anew
from brooks.core.state import FileVersion, State, Status


def revert(state: State, command: commands.Revert, now: float) -> Sequence[Event]:
    """Put back what a failed task wrote over; again is refused, so that it happens once."""
    task = state.tasks.get(command.task)
    if task is None or task.status is not Status.FAILED:
        return refuse(command, RefusalReason.NOT_READY, task=command.task)
    commit, paths = task.written
    changes = [
        _change_back(path, state.history[path])
        for path in paths
        if state.files[path].commit == commit
    ]
    clashing = {*clashing_paths(state, changes)}
    changes = [change for change in changes if change.path not in clashing]
    if not commit or not changes:
        return refuse(command, RefusalReason.OUTDATED, task=command.task)
    reverted = events.TaskReverted(
        task=command.task, commit=state.commits + 1, changes=tuple(changes)
    )
    return [reverted, *judge_anew(state, changes)]


def _change_back(path: str, history: list[FileVersion]) -> FileChange:
    """The change that makes a file what it was before its last version."""
    last, before = history[-1], history[-2] if len(history) > 1 else None
    return FileChange(
        path=path,
        blob=None if before is None else before.blob,
        base=last.version,
        executable=before is not None and before.executable,
    )
