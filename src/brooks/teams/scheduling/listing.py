"""List schedules: whenever a member is free, the most urgent of the ready tasks is placed.

`critical_path` and `lpt` differ only in what is urgent. A task goes to the member that would finish
it first. Where all members are equal, no list schedule takes longer than work / n + span (1 - 1 / n)
(Graham 1969). Where they differ, a task may be kept for a fast member that is busy while a slow one
is idle.

`chains_round_robin` is the published experiment's rule and is kept with its flaw: the member that
gets a chain also gets its share of the free tasks.
"""

from heapq import heapify, heappop, heappush
from math import isfinite

from brooks.core.graph import TaskGraph
from brooks.ids import TaskId
from brooks.teams.scheduling.costs import Costs
from brooks.teams.scheduling.priorities import Keys, by_effort, by_upward_rank
from brooks.teams.scheduling.schedule import Placed, Schedule, schedule_of


def critical_path(graph: TaskGraph, costs: Costs) -> Schedule:
    """A list schedule, the largest upward rank first."""
    return list_schedule(graph, costs, by_upward_rank(graph))


def lpt(graph: TaskGraph, costs: Costs) -> Schedule:
    """A list schedule, the largest effort first."""
    return list_schedule(graph, costs, by_effort(graph))


def chains_round_robin(graph: TaskGraph, costs: Costs) -> Schedule:
    """A task follows its last listed dependency, the rest go round the table, in topological order.

    A task that may not go to the member it should go to goes to the next one that may take it.
    """
    size = len(costs.members)
    board = _Board(graph, costs)
    turn = 0
    for task in graph.order():
        parents = graph.parents(task)
        number = board.owner[parents[-1]] if parents else turn % size
        turn += not parents
        able = (at % size for at in range(number, number + size))
        board.place(task, next(at for at in able if isfinite(costs.works[task][at])), 0.0)
    return board.schedule()


def list_schedule(graph: TaskGraph, costs: Costs, keys: Keys) -> Schedule:
    """A list schedule in the order of any keys, the smallest first.

    Of several tasks that end at the same moment, the first one's dependants are looked at before the
    next one's: recorded runs were dealt so, and so it stays.
    """
    board = _Board(graph, costs)
    unmet = {task: len(graph.parents(task)) for task in graph}
    ready = [(keys[task], task) for task in graph if not unmet[task]]
    heapify(ready)
    running: list[tuple[float, TaskId]] = []
    now = 0.0
    while ready or running:
        if ready:
            now = max(now, min(board.free))
            _, task = heappop(ready)
            heappush(running, (board.place_best(task, now), task))
        if running and (not ready or running[0][0] <= min(board.free)):
            now, finished = heappop(running)
            for child in graph.children(finished):
                unmet[child] -= 1
                if not unmet[child]:
                    heappush(ready, (keys[child], child))
    return board.schedule()


class _Board:
    """What has been placed so far, each member's tasks one behind the other."""

    def __init__(self, graph: TaskGraph, costs: Costs) -> None:
        self._graph = graph
        self._costs = costs
        self._lines: list[list[Placed]] = [[] for _ in costs.members]
        self.free = [0.0] * len(costs.members)
        """When each member has done all that it has."""
        self.owner: dict[TaskId, int] = {}
        """The number of the member that has a task."""
        self._finish: dict[TaskId, float] = {}

    def place(self, task: TaskId, number: int, now: float) -> float:
        """Put a task behind what the member has, from `now` on; when it will be done."""
        start = max(self._arrival(task, number, now), self.free[number])
        finish = start + self._costs.works[task][number]
        self._lines[number].append(Placed(task=task, start=start, finish=finish))
        self.free[number] = self._finish[task] = finish
        self.owner[task] = number
        return finish

    def place_best(self, task: TaskId, now: float) -> float:
        """Put a task where it is done first, from `now` on; when it will be done."""
        works = self._costs.works[task]
        if self._costs.communications:
            arrivals = [self._arrival(task, number, now) for number in range(len(works))]
        else:
            arrivals = [self._arrival(task, 0, now)] * len(works)
        finishes = [
            max(arrival, since) + work
            for since, arrival, work in zip(self.free, arrivals, works, strict=True)
        ]
        return self.place(task, self._costs.choose(task, finishes, self.free), now)

    def schedule(self) -> Schedule:
        """All that was placed."""
        return schedule_of(self._costs.members, self._lines)

    def _arrival(self, task: TaskId, number: int, now: float) -> float:
        """When all that the task needs is with the member, but not before `now`."""
        ways = self._costs.communications
        arrival = now
        for parent in self._graph.parents(task):
            way = ways.get((parent, task), 0.0) if self.owner[parent] != number else 0.0
            arrival = max(arrival, self._finish[parent] + way)
        return arrival
