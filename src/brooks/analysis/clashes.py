"""Files that several tasks say they write although no order stands between those tasks.

Where each of a file's writers is before or after every other one, each sees the version of the one
before it. Where two are not ordered, they may write at the same time, and one of them will have to
do its work again.

Writers that are all ordered form a chain, and a chain is one exactly when each writer leads to the
next of them in a topological order. So only neighbours are compared, by the sets of all
descendants, kept as the bits of an integer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from brooks.core.graph import TaskGraph
from brooks.core.spec import Task
from brooks.ids import TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A file with two writers that may meet."""

    file: str
    first: TaskId
    second: TaskId
    writers: int
    """How many tasks write it in all."""


def find_clashes(tasks: Iterable[Task], graph: TaskGraph) -> list[Clash]:
    """Each file that unordered tasks write, with the first two of them, in the order of the tasks."""
    writers: dict[str, list[TaskId]] = {}
    for task in tasks:
        for file in task.files:
            writers.setdefault(file, []).append(task.id)
    shared = {file: names for file, names in writers.items() if len(names) > 1}
    if not shared:
        return []
    order = graph.order()
    number = {task: index for index, task in enumerate(order)}
    after = _descendants(graph, order, number)
    clashes = []
    for file, names in shared.items():
        names.sort(key=number.__getitem__)
        for first, second in pairwise(names):
            if not after[number[first]] >> number[second] & 1:
                clash = Clash(file=file, first=first, second=second, writers=len(names))
                clashes.append(clash)
                break
    return clashes


def _descendants(graph: TaskGraph, order: Sequence[TaskId], number: dict[TaskId, int]) -> list[int]:
    after = [0] * len(order)
    for task in reversed(order):
        for child in graph.children(task):
            after[number[task]] |= after[number[child]] | 1 << number[child]
    return after
