"""Whether a change fits the tree that it would be merged into, behind what is ahead of it in the queue."""

from collections.abc import Iterable, Mapping, Sequence

from brooks.core import commands
from brooks.core.facts import FileChange
from brooks.core.paths import PathIndex
from brooks.core.state import State, Status
from brooks.ids import TaskId


def clashing_paths(
    state: State, changes: Sequence[FileChange], queued: PathIndex | None = None
) -> list[str]:
    """Paths that cannot stand beside another file: of the tree, of the queue, of the same change."""
    queued = state.queued_paths if queued is None else queued
    if len({change.path for change in changes}) < len(changes):
        return [change.path for change in changes]
    own = PathIndex()
    clashing = []
    for change in changes:
        if change.blob is None:
            continue
        path = change.path
        if state.paths.clash(path) or queued.clash(path) or own.clash(path):
            clashing.append(change.path)
        own.add(change.path)
    return clashing


def locked_paths(state: State, command: commands.Propose) -> list[str]:
    """Paths it writes that tasks of others have locked."""
    lease = state.leases.get(command.fence)
    own = {command.task, *(lease.tasks if lease is not None else ())}
    return [
        change.path
        for change in command.changes
        if not own.issuperset(state.locks.get(change.path, ()))
    ]


def is_met(state: State, task: TaskId, sure: Iterable[TaskId]) -> bool:
    """Whether every dependency is done or among those `sure` to be merged before."""
    if not state.tasks[task].unmet:
        return True
    near = set(sure)
    parents = state.graph.parents(task)
    return all(state.tasks[parent].status is Status.DONE or parent in near for parent in parents)


def stale_paths(state: State, changes: Iterable[FileChange], ahead: Mapping[str, int]) -> list[str]:
    """Paths whose base is not the version they would be merged onto, with `ahead` writes before them."""
    stale = []
    for change in changes:
        there = state.files.get(change.path)
        version = 0 if there is None else there.version
        if change.base != version + ahead.get(change.path, 0):
            stale.append(change.path)
    return stale


def count_writes(changes: Iterable[FileChange]) -> dict[str, int]:
    """How often each path is written."""
    writes: dict[str, int] = {}
    for change in changes:
        writes[change.path] = writes.get(change.path, 0) + 1
    return writes
