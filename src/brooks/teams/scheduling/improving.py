"""A schedule in several passes: as good as the optimum, nearly, for the time of some hundred list schedules.

A pass places every task in a given order, each as soon as its dependencies and a member allow. A
finished schedule is improved by passes to and fro (*forward-backward improvement*, Li and Willis
1992): taking the tasks by their finish, the last first, and placing them from the end backwards pushes
everything to the right; taking them by their start, the first first, pushes it back to the left.
Neither lengthens a schedule, and both often shorten it. When they no longer do, a few tasks are
shifted to another place in the order, between what they need and what needs them, and the passes
begin again from there; the new order is kept if it is not worse (iterated local search).

The search ends when a lower bound is reached, which proves the schedule optimal, or when the tasks
have been placed so many times; never by a clock. The shifts come from a generator of fixed seed: equal
graphs give equal schedules.

On the graphs of the Standard Task Graph Set with a proved optimum this is measured by
`evidence/measure/schedulers.py`. Rejected: drawing whole new priorities instead of shifting a few
tasks, which left twice as many of those graphs above the optimum in the same time.
"""

from bisect import bisect_right, insort
from collections.abc import Sequence

from brooks.core.graph import TaskGraph
from brooks.teams.scheduling.bounds import lower_bound_of
from brooks.teams.scheduling.costs import Costs
from brooks.teams.scheduling.heft import cpop, heft
from brooks.teams.scheduling.listing import critical_path
from brooks.teams.scheduling.numbered import Numbered
from brooks.teams.scheduling.schedule import Placed, Schedule, schedule_of

PLACINGS = 12_500
"""How many times tasks are placed by default: 250 passes over 50 tasks, about 15 milliseconds."""
LEAST_PASSES = 3
"""There and back again, however large the graph is."""
MOST_SHIFTS = 4
WORTH_IMPROVING = 1.1
"""A shifted schedule that is longer than the kept one by more than this is given up at once."""
SEED = 20_031
"""Of the shifts; with other seeds the figures are much the same."""


def several_passes(graph: TaskGraph, costs: Costs, *, placings: int = PLACINGS) -> Schedule:
    """A short schedule.

    Where members differ or have to communicate, it is the shortest of `heft`, `cpop` and
    `critical_path`: the passes are for equal members.

    Args:
        graph: The tasks.
        costs: What they cost whom.
        placings: How many times a task is placed at most, in all passes together.
    """
    listed = critical_path(graph, costs)
    if not costs.equal:
        return min(
            (listed, heft(graph, costs), cpop(graph, costs)),
            key=lambda schedule: schedule.makespan,
        )
    search = _Search(graph, costs, placings)
    search.run()
    return search.schedule() if search.makespan < listed.makespan else listed


class _Search:
    """Orders of the tasks and the schedules they give, for equal members."""

    def __init__(self, graph: TaskGraph, costs: Costs, placings: int) -> None:
        self._graph = Numbered.of(graph, costs)
        self._costs = costs
        self._size = len(costs.members)
        self._needs = list(map(frozenset, self._graph.parents))
        self._needed = list(map(frozenset, self._graph.children))
        self._stream = _Stream(SEED)
        self._passes = max(LEAST_PASSES, placings // max(1, len(graph)))
        """How many passes are left."""
        self._bound = lower_bound_of(self._graph, self._size)
        tails, works = self._graph.tails(), self._graph.works
        numbers = range(len(works))
        self._order = sorted(numbers, key=lambda task: -works[task] - tails[task])
        """The order that gave the best schedule so far."""
        finishes, self.makespan = self._forward(self._order)
        self._settle(finishes, self.makespan)

    def run(self) -> None:
        """Shift tasks and settle again, until the bound is reached or the passes are spent."""
        while self.makespan > self._bound and self._passes > 0:
            order = self._shifted()
            finishes, makespan = self._forward(order)
            if makespan <= self.makespan:
                self._order, self.makespan = order, makespan
            if makespan <= WORTH_IMPROVING * self.makespan:
                self._settle(finishes, makespan)

    def schedule(self) -> Schedule:
        """The best schedule, with the members that each place in it belongs to."""
        graph = self._graph
        lines: list[list[Placed]] = [[] for _ in self._costs.members]
        finishes = [0.0] * len(graph.tasks)
        free = [(0.0, number) for number in range(self._size)]
        for task in self._order:
            ready = max((finishes[parent] for parent in graph.parents[task]), default=0.0)
            index = bisect_right(free, (ready, self._size))
            since, number = free.pop(max(0, index - 1))
            start = max(ready, since)
            finishes[task] = start + graph.works[task]
            insort(free, (finishes[task], number))
            name = graph.tasks[task]
            lines[number].append(Placed(task=name, start=start, finish=finishes[task]))
        return schedule_of(self._costs.members, lines)

    def _settle(self, finishes: list[float], makespan: float) -> None:
        """Push to and fro for as long as it helps; keeps the best order if it is not worse."""
        shorter = True
        while shorter and makespan > self._bound and self._passes > 0:
            numbers = range(len(finishes))
            backward = sorted(numbers, key=finishes.__getitem__)[::-1]
            remainders, _ = self._pass(backward, self._graph.children)
            forward = sorted(numbers, key=remainders.__getitem__, reverse=True)
            finishes, reached = self._forward(forward)
            shorter = reached < makespan
            makespan = reached
            if makespan <= self.makespan:
                self._order, self.makespan = forward, makespan

    def _forward(self, order: Sequence[int]) -> tuple[list[float], float]:
        return self._pass(order, self._graph.parents)

    def _pass(self, order: Sequence[int], before: list[list[int]]) -> tuple[list[float], float]:
        """Place the tasks in this order; when each and when all are done.

        A task takes the member that has been free for the shortest time of those that are free when
        its dependencies are done, or else the first to come free.
        """
        self._passes -= 1
        works = self._graph.works
        finishes = [0.0] * len(works)
        free = [0.0] * self._size
        for task in order:
            ready = 0.0
            for each in before[task]:
                if finishes[each] > ready:  # noqa: PLR1730 - calling `max` here doubles the time of a pass
                    ready = finishes[each]
            index = bisect_right(free, ready)
            if index:
                del free[index - 1]
            else:
                ready = free.pop(0)
            finishes[task] = ready = ready + works[task]
            insort(free, ready)
        return finishes, free[-1]

    def _shifted(self) -> list[int]:
        """The best order with a few tasks at another place, behind what they need, before what needs them."""
        below = self._stream.below
        order = list(self._order)
        for _ in range(1 + below(MOST_SHIFTS)):
            index = below(len(order))
            task = order.pop(index)
            needs, needed = self._needs[task], self._needed[task]
            first = index
            while first and order[first - 1] not in needs:
                first -= 1
            last = index
            while last < len(order) and order[last] not in needed:
                last += 1
            order.insert(first + below(last - first + 1), task)
        return order


class _Stream:
    """Numbers that look random and are the same every time (Park and Miller 1988)."""

    def __init__(self, seed: int) -> None:
        self._value = seed

    def below(self, limit: int) -> int:
        """The next number from 0 to `limit - 1`."""
        self._value = self._value * 48_271 % 2_147_483_647
        return self._value % limit
