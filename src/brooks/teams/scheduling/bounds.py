"""What no schedule of equal members can beat, and what no list schedule can exceed."""

from itertools import accumulate
from math import ceil

from brooks.core.graph import TaskGraph
from brooks.teams.scheduling.numbered import Numbered

ROUNDING = 1e-9
"""Relative error of sums: a share of work is rounded up only if it is above a whole number by more."""
MOST_STEPS = 100_000
"""Starting times times tasks that are looked at for a lower bound; in large graphs not all are."""


def greedy_bound(graph: TaskGraph, size: int) -> float:
    """Graham's bound (1969; Brent 1974): a list schedule takes at most W / n + span (1 - 1 / n)."""
    return graph.work() / size + graph.span() * (1 - 1 / size)


def lower_bound(graph: TaskGraph, size: int) -> float:
    """A time below which no schedule for `size` equal members without communication can be."""
    return lower_bound_of(Numbered.of(graph), size)


def lower_bound_of(graph: Numbered, size: int) -> float:
    """The best of the bounds by path and by work.

    By path: the heaviest one. By work: the tasks that cannot start before `a` and after which at
    least `b` has to follow share the time from `a` to `b` before the end among all members, for every
    `a` and `b` (the idea is Fernandez and Bussell's, 1973). With `a = b = 0` that is W / n. Where all
    efforts are whole numbers, so is the best makespan.
    """
    heads, tails, works = graph.heads(), graph.tails(), graph.works
    best = max(map(sum, zip(heads, works, tails, strict=True)), default=0.0)
    by_tail = sorted(range(len(works)), key=tails.__getitem__, reverse=True)
    tried = 1 + MOST_STEPS // max(1, len(works))
    for head in sorted(set(heads))[:tried]:
        late = [task for task in by_tail if heads[task] >= head]
        sums = accumulate(works[task] for task in late)
        for task, work in zip(late, sums, strict=True):
            best = max(best, head + work / size + tails[task])
    whole = all(work.is_integer() for work in works)
    return float(ceil(best * (1 - ROUNDING))) if whole else best
