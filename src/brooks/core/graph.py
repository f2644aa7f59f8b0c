"""The task graph: who waits for whom, and what that alone says about the time a team can take.

Tasks are nodes with a weight (their effort), kept in the order in which they were added, so that
every walk over the graph is the same in every process. The graph grows and never shrinks; it is
acyclic at all times, because a task may only depend on tasks that are there, and a later dependency
that would close a cycle is refused with the cycle spelled out.

Terms, for unit-cost communication-free work (Brent 1974; Graham 1969):

- *work*: the sum of all weights, the time one agent needs;
- *span*: the heaviest path, the time that no number of agents can beat;
- *width*: the largest number of tasks of which none waits for another (a maximum antichain,
  Dilworth 1950);
- *parallel fraction*: p = (N - C) / N, with C the number of tasks on the longest chain and N the
  number of tasks: the definition of the published experiments, for Amdahl's law;
- *upward rank*: the weight of the heaviest path from a task to an exit, itself included (Topcuoglu
  2002).
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

from brooks.core.message import Message
from brooks.ids import TaskId

EXACT_WIDTH_LIMIT = 1500
"""Above this many tasks the width is that of the widest level, a lower bound."""


class CycleError(ValueError):
    """A dependency would close a cycle; `path` walks it and ends where it began."""

    def __init__(self, path: Sequence[TaskId]) -> None:
        self.path = tuple(path)
        super().__init__(" -> ".join(self.path))


class Width(Message, frozen=True, kw_only=True):
    """How many tasks can run side by side."""

    value: int
    exact: bool
    """False when the graph was too large and `value` is the widest level, a lower bound."""


class TaskGraph:
    """A growing acyclic graph of weighted tasks."""

    __slots__ = ("_children", "_parents", "_weights", "revision")

    def __init__(self) -> None:
        self._parents: dict[TaskId, list[TaskId]] = {}
        self._children: dict[TaskId, list[TaskId]] = {}
        self._weights: dict[TaskId, float] = {}
        self.revision = 0
        """Grows with every change, so that whoever caches a rank knows when it is old."""

    @classmethod
    def build(
        cls,
        dependencies: Mapping[TaskId, Iterable[TaskId]],
        weights: Mapping[TaskId, float] | None = None,
    ) -> "TaskGraph":
        """Build from a whole mapping in any order.

        Raises:
            CycleError: with the cycle as a path.
            KeyError: for a dependency that is not a key.
        """
        graph = cls()
        for task in insertion_order(dependencies):
            graph.add(task, dependencies[task], 1.0 if weights is None else weights[task])
        return graph

    def __len__(self) -> int:
        return len(self._parents)

    def __iter__(self) -> Iterator[TaskId]:
        return iter(self._parents)

    def __contains__(self, task: object) -> bool:
        return task in self._parents

    def add(self, task: TaskId, depends_on: Iterable[TaskId] = (), weight: float = 1.0) -> None:
        """Add a task whose dependencies are all there; raises KeyError otherwise."""
        if task in self._parents:
            raise KeyError(task)
        parents = list(dict.fromkeys(depends_on))
        for children in [self._children[parent] for parent in parents]:
            children.append(task)
        self._parents[task] = parents
        self._children[task] = []
        self._weights[task] = weight
        self.revision += 1

    def depend(self, task: TaskId, on: TaskId) -> None:
        """Add a dependency between two tasks that are there; raises CycleError if it closes a cycle."""
        path = self.path(task, on)
        if path is not None:
            raise CycleError([*path, task])
        if on not in self._parents[task]:
            self._parents[task].append(on)
            self._children[on].append(task)
            self.revision += 1

    def parents(self, task: TaskId) -> Sequence[TaskId]:
        """The tasks that `task` depends on, in the order they were named."""
        return self._parents[task]

    def children(self, task: TaskId) -> Sequence[TaskId]:
        """The tasks that depend on `task`."""
        return self._children[task]

    def weight(self, task: TaskId) -> float:
        """A task's effort."""
        return self._weights[task]

    def path(self, start: TaskId, end: TaskId) -> list[TaskId] | None:
        """A path along dependants from `start` to `end`, or None."""
        came_from: dict[TaskId, TaskId | None] = {start: None}
        frontier = deque([start])
        while frontier:
            task = frontier.popleft()
            if task == end:
                return _walk_back(came_from, end)
            for child in self._children[task]:
                if child not in came_from:
                    came_from[child] = task
                    frontier.append(child)
        return None

    def descendants(self, task: TaskId) -> list[TaskId]:
        """Every task that waits for `task`, directly or not, nearest first."""
        seen = {task: None}
        frontier = deque([task])
        while frontier:
            for child in self._children[frontier.popleft()]:
                if child not in seen:
                    seen[child] = None
                    frontier.append(child)
        return list(seen)[1:]

    def order(self) -> list[TaskId]:
        """Every task after all it depends on; ties in the order of adding."""
        return insertion_order(self._parents)

    def levels(self) -> list[list[TaskId]]:
        """Tasks by the number of tasks on the longest chain before them."""
        depth: dict[TaskId, int] = {}
        levels: list[list[TaskId]] = []
        for task in self.order():
            depth[task] = max((depth[parent] + 1 for parent in self._parents[task]), default=0)
            if depth[task] == len(levels):
                levels.append([])
            levels[depth[task]].append(task)
        return levels

    def upward_ranks(self) -> dict[TaskId, float]:
        """Upward rank of every task: its weight and the heaviest path of dependants after it."""
        ranks: dict[TaskId, float] = {}
        for task in reversed(self.order()):
            after = max((ranks[child] for child in self._children[task]), default=0.0)
            ranks[task] = self._weights[task] + after
        return ranks

    def work(self) -> float:
        """Sum of all weights."""
        return sum(self._weights.values())

    def span(self) -> float:
        """Weight of the heaviest path; 0 for the empty graph."""
        return max(self.upward_ranks().values(), default=0.0)

    def critical_path(self) -> list[TaskId]:
        """A heaviest path, first task first."""
        ranks = self.upward_ranks()
        candidates: Sequence[TaskId] = [task for task in self if not self._parents[task]]
        path: list[TaskId] = []
        while candidates:
            path.append(max(candidates, key=ranks.__getitem__))
            candidates = self._children[path[-1]]
        return path

    def parallel_fraction(self) -> float:
        """P = (N - C) / N by number of tasks; 0 for the empty graph."""
        return (len(self) - len(self.levels())) / len(self) if len(self) else 0.0

    def width(self) -> Width:
        """The largest antichain, exactly for graphs of up to `EXACT_WIDTH_LIMIT` tasks."""
        if len(self) > EXACT_WIDTH_LIMIT:
            return Width(value=max(map(len, self.levels())), exact=False)
        return Width(value=len(self) - _maximum_matching(self._reachable()), exact=True)

    def _reachable(self) -> list[int]:
        """For each task by number, the set of its descendants as the bits of an integer."""
        order = self.order()
        number = {task: index for index, task in enumerate(order)}
        reachable = [0] * len(order)
        for task in reversed(order):
            for child in self._children[task]:
                reachable[number[task]] |= reachable[number[child]] | 1 << number[child]
        return reachable


def insertion_order(dependencies: Mapping[TaskId, Iterable[TaskId]]) -> list[TaskId]:
    """Every key after all its dependencies, otherwise in the mapping's own order (depth first).

    Raises:
        CycleError: with the first cycle found, as a path.
        KeyError: for a dependency that is not a key.
    """
    order: dict[TaskId, None] = {}
    for root in dependencies:
        _place(root, dependencies, order)
    return list(order)


def _place(
    root: TaskId, dependencies: Mapping[TaskId, Iterable[TaskId]], order: dict[TaskId, None]
) -> None:
    """Append `root` and what it needs, depth first, without recursion (a chain may be 100,000 long)."""
    if root in order:
        return
    trail: dict[TaskId, None] = {root: None}
    stack = [(root, iter(dependencies[root]))]
    while stack:
        task, rest = stack[-1]
        for needed in rest:
            if needed in trail:
                waiting = list(trail)
                loop = waiting[waiting.index(needed) :]
                raise CycleError([needed, *reversed(loop)])
            if needed not in order:
                trail[needed] = None
                stack.append((needed, iter(dependencies[needed])))
                break
        else:
            stack.pop()
            del trail[task]
            order[task] = None


def _walk_back(came_from: Mapping[TaskId, TaskId | None], end: TaskId) -> list[TaskId]:
    path = [end]
    while (before := came_from[path[-1]]) is not None:
        path.append(before)
    return path[::-1]


def _maximum_matching(edges: Sequence[int]) -> int:
    """Size of a maximum matching of the bipartite graph node -> bits of `edges[node]` (Kuhn 1955)."""
    matched_to: dict[int, int] = {}
    size = 0
    for start in range(len(edges)):
        size += _augment(start, edges, matched_to)
    return size


def _augment(start: int, edges: Sequence[int], matched_to: dict[int, int]) -> bool:
    """Look for an augmenting path from `start`, breadth first, and flip it."""
    came_from: dict[int, int] = {}
    unseen = -1
    frontier = deque([start])
    while frontier:
        left = frontier.popleft()
        reachable = edges[left] & unseen
        unseen &= ~reachable
        while reachable:
            lowest = reachable & -reachable
            reachable ^= lowest
            right = lowest.bit_length() - 1
            came_from[right] = left
            if right not in matched_to:
                _flip(right, start, came_from, matched_to)
                return True
            frontier.append(matched_to[right])
    return False


def _flip(right: int, start: int, came_from: Mapping[int, int], matched_to: dict[int, int]) -> None:
    previous_of = {left: node for node, left in matched_to.items()}
    while True:
        left = came_from[right]
        previous = previous_of.get(left)
        matched_to[right] = left
        if left == start or previous is None:
            return
        right = previous
