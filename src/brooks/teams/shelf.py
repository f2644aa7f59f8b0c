"""Ready tasks on a shelf, the most urgent first, each once."""

from collections.abc import Callable, Mapping
from heapq import heapify, heappop, heappush

from brooks.core.state import State, Status
from brooks.ids import TaskId

Keys = Mapping[TaskId, tuple[float, int]]
"""A sort key for each task: smaller goes first."""


class Shelf:
    """Ready tasks, the most urgent first, each once."""

    def __init__(self) -> None:
        self._heap: list[tuple[tuple[float, int], TaskId]] = []
        self._there: dict[TaskId, None] = {}
        self._keys: Keys = {}
        self._revision = -1

    def order_by(self, keys: Keys, revision: int) -> None:
        """Use these sort keys; sorts anew when the graph has changed."""
        if revision == self._revision:
            return
        self._revision = revision
        self._keys = keys
        self._heap = [(keys[task], task) for _, task in self._heap]
        heapify(self._heap)

    def put(self, task: TaskId) -> None:
        """Add a task, unless it is there."""
        if task not in self._there:
            self._there[task] = None
            heappush(self._heap, (self._keys[task], task))

    def take(self, state: State, may: Callable[[TaskId], bool]) -> TaskId | None:
        """The most urgent task that is still ready and may be taken; None when there is none."""
        kept: list[TaskId] = []
        found: TaskId | None = None
        while self._heap and found is None:
            _, task = heappop(self._heap)
            del self._there[task]
            if state.tasks[task].status is Status.READY:
                if may(task):
                    found = task
                else:
                    kept.append(task)
        for task in kept:
            self.put(task)
        return found

    def tasks(self) -> list[TaskId]:
        """Everything on the shelf."""
        return [task for _, task in self._heap]
