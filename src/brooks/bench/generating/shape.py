"""The shape of a graph: how long its longest chain is, how wide it is, and which task waits for which.

With N tasks, a longest chain of C tasks and a width of W (the most tasks of which none waits for another):

- p = (N - C) / N is the parallel fraction, as the published experiments define it. So C = N (1 - p), and p
  is hit exactly wherever that is a whole number; else C is the nearest one.
- W chains with at most C tasks each cover N tasks exactly if C + W - 1 <= N <= C W. Within these bounds
  every graph asked for is made, and outside them none exists: a set of chains that covers a graph has
  at least W of them, and W that do exist (Dilworth 1950).

How it is made: W chains are laid onto C levels, the first on all of them, each of the others on levels in
a row, and all of them over one common level. Every dependency leads from a lower level to a higher one.
So no chain is longer than the C levels, the tasks on the common level never wait for one another, and
further dependencies across the chains change neither.
"""

from random import Random

from brooks.core.message import Message
from brooks.errors import UsageError


class Shape(Message, frozen=True, kw_only=True):
    """What a graph measures."""

    tasks: int
    """N."""
    longest: int
    """C, the tasks of the longest chain."""
    width: int
    """W, the most tasks of which none waits for another."""

    @property
    def parallel_fraction(self) -> float:
        """P = (N - C) / N."""
        return (self.tasks - self.longest) / self.tasks


def plan_shape(*, tasks: int, parallel_fraction: float | None, width: int | None) -> Shape:
    """Work out the measures of a graph; what is None is chosen.

    Without a width the graph is as narrow as its longest chain allows. Without a parallel fraction its
    longest chain is as short as its width allows. With neither, it is about as wide as it is long.

    Raises:
        UsageError: a measure is out of bounds, or there is no graph with all of them.
    """
    if tasks < 1:
        raise UsageError(f"a graph of {tasks} tasks has nothing in it: ask for 1 at least")
    if width is not None and not 1 <= width <= tasks:
        raise UsageError(f"the width {width} is none for {tasks} tasks: give one from 1 to {tasks}")
    if parallel_fraction is None:
        wide = max(1, round(tasks**0.5)) if width is None else width
        return Shape(tasks=tasks, longest=-(-tasks // wide), width=wide)
    if not 0.0 <= parallel_fraction < 1.0:
        raise UsageError(
            f"the parallel fraction {parallel_fraction} is out of bounds: give one from 0, for one "
            "chain, to below 1"
        )
    longest = max(1, round(tasks * (1.0 - parallel_fraction)))
    least, most = -(-tasks // longest), tasks - longest + 1
    if width is not None and not least <= width <= most:
        raise UsageError(
            f"no graph of {tasks} tasks has the parallel fraction {parallel_fraction} and the width "
            f"{width}: its longest chain has {longest} tasks, which goes with a width from {least} "
            f"to {most}"
        )
    return Shape(tasks=tasks, longest=longest, width=width or least)


def draw_graph(shape: Shape, *, further: float, random: Random) -> list[list[int]]:
    """For each task, by number, those it depends on; all of them have lower numbers, in ascending order.

    Args:
        shape: measures that `plan_shape` has found to go together.
        further: how many dependencies beside those of its chain a task draws, on average. Some are drawn
            twice, and those of tasks on the lowest level have nowhere to lead, so it comes to fewer.
        random: what every draw comes from.
    """
    common = random.randrange(shape.longest)
    places: list[tuple[int, int]] = []
    for chain, length in enumerate(_chain_lengths(shape, random)):
        lowest = random.randint(max(0, common - length + 1), min(common, shape.longest - length))
        places += [(level, chain) for level in range(lowest, lowest + length)]
    places.sort()
    before: dict[int, int] = {}
    """The task that was the last so far of each chain."""
    level_begins = 0
    graph: list[list[int]] = []
    for number, (level, chain) in enumerate(places):
        if number and places[number - 1][0] < level:
            level_begins = number
        needed = {before[chain]} if chain in before else set()
        before[chain] = number
        if level_begins:
            draws = int(further) + (random.random() < further % 1.0)
            needed.update(random.randrange(level_begins) for _ in range(draws))
        graph.append(sorted(needed))
    return graph


def _chain_lengths(shape: Shape, random: Random) -> list[int]:
    """The first chain is the longest; the others share what is left, each having one task at least."""
    others = [1] * (shape.width - 1)
    left = shape.tasks - shape.longest - len(others)
    if left:
        room = shape.longest - 1
        for place in random.sample(range(room * len(others)), left):
            others[place // room] += 1
    return [shape.longest, *others]
