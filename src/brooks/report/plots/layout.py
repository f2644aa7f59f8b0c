"""Where the nodes of a task graph are drawn: in ranks from left to right, with few crossings.

After Sugiyama, Tagawa and Toda (1981): the rank of a task is the number of tasks on the longest chain
before it; an edge over several ranks gets a bend in each rank between; each rank is put in the order of the
means of its neighbours' places, forwards and backwards a few times, and the best order is kept. Then each
node moves as near to the mean of its neighbours as its own neighbours in the rank allow, which makes chains
straight. Ties keep the order of adding, so that the same graph always has the same layout.

Tasks without any dependency stand in rows below, since they have no place in the order.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import ceil

from brooks.core.graph import TaskGraph
from brooks.core.message import Message
from brooks.ids import TaskId

SWEEPS = 8
MOST_BENDS = 1500
"""More bends than this are not drawn: edges then go straight."""
FEWEST_COLUMNS = 5
"""Tasks without dependencies that stand side by side at least."""

Node = tuple[str, int]
"""A task with rank -1, or a bend: the edge's name and the rank it is in."""
Place = tuple[float, float]
"""From left to right in ranks, and from the top down: 1 is the distance of two neighbours."""
_Links = Mapping[Node, list[Node]]


class Layout(Message, frozen=True, kw_only=True):
    """A drawing of a graph."""

    places: dict[TaskId, Place]
    edges: dict[tuple[TaskId, TaskId], tuple[Place, ...]]
    """By the two ends of each edge: all the points it goes through."""
    columns: int
    """How wide it is, in ranks."""
    top: float
    bottom: float


def layout(graph: TaskGraph) -> Layout:
    """Lay a graph out."""
    alone = [task for task in graph if not graph.parents(task) and not graph.children(task)]
    levels = [[task for task in each if task not in set(alone)] for each in graph.levels()]
    rank = {task: number for number, level in enumerate(levels) for task in level}
    edges = [(parent, task) for task in graph for parent in graph.parents(task)]
    bends = sum(rank[task] - rank[parent] - 1 for parent, task in edges)
    paths = {edge: _path(edge, rank, bent=bends <= MOST_BENDS) for edge in edges}
    before, after = _links(paths.values())
    order = _ordered(_ranks(levels, paths.values()), before, after)
    at = _settled(order, before, after)
    bottom = max(at.values(), default=-1.0)
    columns = max(len(levels) if rank else 0, min(FEWEST_COLUMNS, len(alone)))
    below = _in_rows(alone, columns, bottom + 1.0)
    return Layout(
        places={
            task: below[task] if task in below else (float(rank[task]), at[task, -1])
            for task in graph
        },
        edges={
            edge: tuple((float(_rank_of(node, rank)), at[node]) for node in path)
            for edge, path in paths.items()
        },
        columns=columns,
        top=min(at.values(), default=0.0),
        bottom=max((place for _, place in below.values()), default=bottom),
    )


def _in_rows(tasks: Sequence[TaskId], columns: int, top: float) -> dict[TaskId, Place]:
    rows = ceil(len(tasks) / columns) if tasks else 0
    wide = ceil(len(tasks) / rows) if rows else 1
    return {task: (float(number % wide), top + number // wide) for number, task in enumerate(tasks)}


def _path(edge: tuple[TaskId, TaskId], rank: Mapping[TaskId, int], *, bent: bool) -> list[Node]:
    parent, task = edge
    between = range(rank[parent] + 1, rank[task]) if bent else ()
    name = f"{parent}\0{task}"
    return [(parent, -1), *((name, number) for number in between), (task, -1)]


def _rank_of(node: Node, rank: Mapping[TaskId, int]) -> int:
    return rank[TaskId(node[0])] if node[1] < 0 else node[1]


def _ranks(levels: Sequence[Sequence[TaskId]], paths: Iterable[list[Node]]) -> list[list[Node]]:
    ranks: list[list[Node]] = [[(task, -1) for task in level] for level in levels]
    for path in paths:
        for node in path[1:-1]:
            ranks[node[1]].append(node)
    return ranks


def _links(paths: Iterable[list[Node]]) -> tuple[_Links, _Links]:
    """What each node is joined with in the ranks before it, and in those after it."""
    before: dict[Node, list[Node]] = {}
    after: dict[Node, list[Node]] = {}
    for path in paths:
        for one, other in pairwise(path):
            before.setdefault(other, []).append(one)
            after.setdefault(one, []).append(other)
    return before, after


def _ordered(ranks: list[list[Node]], before: _Links, after: _Links) -> list[list[Node]]:
    best, fewest = [list(each) for each in ranks], _crossings(ranks, after)
    for sweep in range(SWEEPS):
        forwards = sweep % 2 == 0
        at = {node: place for rank in ranks for node, place in _spread(rank).items()}
        for each in ranks if forwards else reversed(ranks):
            wanted = {node: _mean(node, before if forwards else after, at) for node in each}
            each.sort(key=wanted.__getitem__)
            at |= _spread(each)
        crossings = _crossings(ranks, after)
        if crossings < fewest:
            best, fewest = [list(each) for each in ranks], crossings
    return best


def _mean(node: Node, neighbours: _Links, at: Mapping[Node, float]) -> float:
    own = neighbours.get(node)
    return sum(at[each] for each in own) / len(own) if own else at[node]


def _spread(rank: Sequence[Node]) -> dict[Node, float]:
    middle = (len(rank) - 1) / 2
    return {node: number - middle for number, node in enumerate(rank)}


def _settled(ranks: Sequence[list[Node]], before: _Links, after: _Links) -> dict[Node, float]:
    """The place of each node in its rank, in order and at least 1 apart."""
    at = {node: place for rank in ranks for node, place in _spread(rank).items()}
    for sweep in range(SWEEPS):
        forwards = sweep % 2 == 0
        for rank in ranks if forwards else list(reversed(ranks)):
            wanted = [_mean(node, before if forwards else after, at) for node in rank]
            at |= dict(zip(rank, _apart(wanted), strict=True))
    return at


def _apart(wanted: Sequence[float]) -> list[float]:
    """The places nearest to the wanted ones (least squares) that keep the order and are 1 apart.

    Less its number, each place must not be smaller than the one before: isotonic regression, by pooling
    neighbours that violate it (Ayer et al. 1955).
    """
    pools: list[tuple[float, int]] = []
    for number, place in enumerate(wanted):
        total, size = place - number, 1
        while pools and pools[-1][0] / pools[-1][1] > total / size:
            other, many = pools.pop()
            total, size = total + other, size + many
        pools.append((total, size))
    means = [total / size for total, size in pools for _ in range(size)]
    return [mean + number for number, mean in enumerate(means)]


def _crossings(ranks: Sequence[Sequence[Node]], after: _Links) -> int:
    """Crossings between each rank and the next: inversions, counted with a binary indexed tree."""
    number = {node: place for rank in ranks for place, node in enumerate(rank)}
    found = 0
    for rank in ranks:
        ends = [
            place for node in rank for place in sorted(number[to] for to in after.get(node, ()))
        ]
        found += _inversions(ends)
    return found


def _inversions(values: Sequence[int]) -> int:
    size = max(values, default=0) + 1
    tree = [0] * (size + 1)
    found = 0
    for seen, value in enumerate(values):
        place, lower = value + 1, 0
        while place:
            lower += tree[place]
            place &= place - 1
        found += seen - lower
        place = value + 1
        while place <= size:
            tree[place] += 1
            place += place & -place
    return found
