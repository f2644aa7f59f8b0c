"""Which of several ready tasks goes first: sort keys, smaller first.

The upward rank orders a list schedule by the critical path (Hu 1961; Topcuoglu, Hariri, Wu 2002):
the task with the heaviest path still after it goes first. The longest time first is Graham's rule
for tasks that do not wait for one another (1969).
"""

from collections.abc import Mapping

from brooks.core.graph import TaskGraph
from brooks.ids import TaskId

Keys = Mapping[TaskId, tuple[float, int]]
"""A sort key for each task: smaller goes first."""


class Priorities:
    """Orders tasks by upward rank, ties by the order of adding; looks again when the graph has changed."""

    def __init__(self) -> None:
        self._revision = -1
        self._keys: Keys = {}

    def keys(self, graph: TaskGraph) -> Keys:
        """A sort key for each task: smaller goes first."""
        if graph.revision != self._revision:
            self._keys = by_upward_rank(graph)
            self._revision = graph.revision
        return self._keys


def by_upward_rank(graph: TaskGraph) -> Keys:
    """The heaviest path still to come goes first, ties by the order of adding."""
    ranks = graph.upward_ranks()
    return {task: (-ranks[task], number) for number, task in enumerate(graph)}


def by_effort(graph: TaskGraph) -> Keys:
    """The heaviest task goes first, ties by the order of adding."""
    return {task: (-graph.weight(task), number) for number, task in enumerate(graph)}
