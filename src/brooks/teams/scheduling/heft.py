"""HEFT and CPOP: schedules for members that differ, with communication (Topcuoglu, Hariri, Wu 2002).

Both place one task at a time where it finishes first, if need be into a gap that earlier choices
left (*insertion*). HEFT takes the tasks by upward rank: mean work and mean communication to the exit.
CPOP takes the ready task on the heaviest path from entry to exit through it (upward and downward
rank), and puts the tasks of the critical path all on the member that does them soonest.

Source: H. Topcuoglu, S. Hariri, M.-Y. Wu, "Performance-effective and low-complexity task scheduling
for heterogeneous computing", IEEE TPDS 13(3), 2002. Its example of ten tasks is a test.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush
from math import isclose, isfinite

from brooks.core.graph import TaskGraph
from brooks.ids import TaskId
from brooks.teams.scheduling.costs import Costs
from brooks.teams.scheduling.schedule import Placed, Schedule, schedule_of


def heft(graph: TaskGraph, costs: Costs) -> Schedule:
    """Heterogeneous earliest finish time: by upward rank, each task where it finishes first."""
    ranks = mean_upward_ranks(graph, costs)
    gaps = _Gaps(graph, costs)
    for task in sorted(graph.order(), key=lambda task: -ranks[task]):
        gaps.place_best(task)
    return gaps.schedule()


def cpop(graph: TaskGraph, costs: Costs) -> Schedule:
    """Critical path on a processor: those tasks on one member, the others where they finish first."""
    upward = mean_upward_ranks(graph, costs)
    downward = mean_downward_ranks(graph, costs)
    through = {task: upward[task] + downward[task] for task in graph}
    critical = _critical_path(graph, through)
    number = _soonest(critical, costs)
    gaps = _Gaps(graph, costs)
    for task in _ready_first(graph, through):
        if task in critical and isfinite(costs.works[task][number]):
            gaps.place(task, number)
        else:
            gaps.place_best(task)
    return gaps.schedule()


def mean_upward_ranks(graph: TaskGraph, costs: Costs) -> dict[TaskId, float]:
    """Mean work and communication on the heaviest path from each task to an exit, its work included."""
    ranks: dict[TaskId, float] = {}
    for task in reversed(graph.order()):
        after = (
            costs.mean_communication(task, child) + ranks[child] for child in graph.children(task)
        )
        ranks[task] = costs.mean_work(task) + max(after, default=0.0)
    return ranks


def mean_downward_ranks(graph: TaskGraph, costs: Costs) -> dict[TaskId, float]:
    """Mean work and communication on the heaviest path from an entry to each task, without its work."""
    ranks: dict[TaskId, float] = {}
    for task in graph.order():
        before = (
            ranks[parent] + costs.mean_work(parent) + costs.mean_communication(parent, task)
            for parent in graph.parents(task)
        )
        ranks[task] = max(before, default=0.0)
    return ranks


def _critical_path(graph: TaskGraph, through: Mapping[TaskId, float]) -> dict[TaskId, None]:
    """Walk down from the entry on the heaviest path, along tasks whose path is as heavy."""
    entries = [task for task in graph if not graph.parents(task)]
    path: dict[TaskId, None] = {}
    task = max(entries, key=through.__getitem__, default=None)
    while task is not None:
        path[task] = None
        weight = through[task]
        children = graph.children(task)
        task = next((child for child in children if isclose(through[child], weight)), None)
    return path


def _soonest(tasks: Mapping[TaskId, None], costs: Costs) -> int:
    """The number of the member that does these tasks in the least time, or else most of them."""

    def lacking_and_work(number: int) -> tuple[int, float]:
        works = [costs.works[task][number] for task in tasks]
        able = [work for work in works if isfinite(work)]
        return len(works) - len(able), sum(able)

    return min(range(len(costs.members)), key=lacking_and_work)


def _ready_first(graph: TaskGraph, priority: Mapping[TaskId, float]) -> list[TaskId]:
    """Every task after its dependencies; of those that are ready the one with the highest priority."""
    numbers = {task: number for number, task in enumerate(graph)}
    unmet = {task: len(graph.parents(task)) for task in graph}
    ready = [(-priority[task], numbers[task], task) for task in graph if not unmet[task]]
    heapify(ready)
    order = []
    while ready:
        _, _, task = heappop(ready)
        order.append(task)
        for child in graph.children(task):
            unmet[child] -= 1
            if not unmet[child]:
                heappush(ready, (-priority[child], numbers[child], child))
    return order


class _Gaps:
    """What has been placed so far, and the gaps between."""

    def __init__(self, graph: TaskGraph, costs: Costs) -> None:
        self._graph = graph
        self._costs = costs
        self._lines: list[list[Placed]] = [[] for _ in costs.members]
        self._finishes: list[list[float]] = [[] for _ in costs.members]
        """When the tasks of each line are done, for the search."""
        self._owner: dict[TaskId, int] = {}
        self._finish: dict[TaskId, float] = {}

    def place(self, task: TaskId, number: int) -> None:
        """Put a task into the member's first gap that is long enough."""
        work = self._costs.works[task][number]
        index, start = self._first_gap(number, self._arrival(task, number), work)
        finish = start + work
        self._lines[number].insert(index, Placed(task=task, start=start, finish=finish))
        self._finishes[number].insert(index, finish)
        self._owner[task] = number
        self._finish[task] = finish

    def place_best(self, task: TaskId) -> None:
        """Put a task where it is done first."""
        finishes = [
            self._first_gap(number, self._arrival(task, number), work)[1] + work
            for number, work in enumerate(self._costs.works[task])
        ]
        frees = [each[-1] if each else 0.0 for each in self._finishes]
        self.place(task, self._costs.choose(task, finishes, frees))

    def schedule(self) -> Schedule:
        """All that was placed."""
        return schedule_of(self._costs.members, self._lines)

    def _arrival(self, task: TaskId, number: int) -> float:
        """When all that the task needs is with the member."""
        ways = self._costs.communications
        arrival = 0.0
        for parent in self._graph.parents(task):
            way = ways.get((parent, task), 0.0) if self._owner[parent] != number else 0.0
            arrival = max(arrival, self._finish[parent] + way)
        return arrival

    def _first_gap(self, number: int, arrival: float, work: float) -> tuple[int, float]:
        """Where in the member's line the task goes, and when it starts.

        The search begins behind all that is done by the arrival, so that a task without work comes
        behind the one it waits for.
        """
        line: Sequence[Placed] = self._lines[number]
        index = bisect_right(self._finishes[number], arrival)
        start = arrival
        while index < len(line) and start + work > line[index].start:
            start = line[index].finish
            index += 1
        return index, start
