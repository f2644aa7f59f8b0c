"""The tasks of a generated graph: how much work each is, and what there is to do.

What a task asks for can be checked and not be guessed, and takes what the tasks before it made: a number
of its own plus the numbers that they wrote, modulo `MODULUS`. A task that shares a file adds a line of its
own to it besides; its check looks for that line alone, so that a team that overwrites the work of others
is found out by their checks.
"""

from collections.abc import Sequence
from math import log, sqrt

from brooks.bench.generating.shape import Shape, draw_graph, plan_shape
from brooks.core.message import Message
from brooks.errors import UsageError
from brooks.runtime.chance import stream

MODULUS = 1009
"""A prime, so that numbers from different dependencies seldom add up to the same."""
LEAST_EFFORT = 0.001
MOST = 100
"""The largest spread of efforts, and number of further dependencies, that make sense."""


class GeneratedTask(Message, frozen=True, kw_only=True):
    """One task."""

    id: str
    depends_on: tuple[str, ...]
    effort: float
    """Relative amount of work; 1 on average over many graphs."""
    number: int
    """Its own number, from 1 to `MODULUS` - 1."""
    result: int
    """What it has to write: its number and the results it depends on, added up, modulo `MODULUS`."""
    shared: int | None
    """The number, from 1, of the shared file that it adds a line to; None for most tasks."""


class Generated(Message, frozen=True, kw_only=True):
    """A graph of tasks."""

    shape: Shape
    seed: int
    tasks: tuple[GeneratedTask, ...]
    """In an order in which they can be done."""


def generate(
    *,
    tasks: int,
    parallel_fraction: float | None = None,
    width: int | None = None,
    effort_spread: float = 0.0,
    shared_files: int = 0,
    tasks_per_file: int = 4,
    further: float = 0.3,
    seed: int = 0,
) -> Generated:
    """Make a graph; the same arguments make the same one.

    What one argument decides is drawn apart from the rest: the same graph can be had with other efforts
    or other shared files.

    Args:
        tasks: how many.
        parallel_fraction: p = (N - C) / N with C tasks on the longest chain; None for what the width
            allows at most.
        width: the most tasks of which none waits for another; None for as few as p allows.
        effort_spread: coefficient of variation of the efforts, which are lognormal with mean 1; 0 for
            tasks that are all alike.
        shared_files: how many files several tasks add their part to.
        tasks_per_file: how many tasks add a part to each; a task adds to one file at most.
        further: how many dependencies a task draws beside that on the task before it in its chain.
        seed: what every draw comes from.

    Raises:
        UsageError: an argument is out of bounds, or there is no such graph.
    """
    shape = plan_shape(tasks=tasks, parallel_fraction=parallel_fraction, width=width)
    _check(effort_spread=effort_spread, further=further)
    sharing = _share(tasks, shared_files, tasks_per_file, seed)
    graph = draw_graph(shape, further=further, random=stream(seed, "graph"))
    efforts = _efforts(tasks, effort_spread, seed)
    numbers = stream(seed, "numbers")
    digits = len(str(tasks))
    names = [f"t{number:0{digits}}" for number in range(1, tasks + 1)]
    results: list[int] = []
    made: list[GeneratedTask] = []
    for place, needed in enumerate(graph):
        number = numbers.randrange(1, MODULUS)
        results.append((number + sum(results[one] for one in needed)) % MODULUS)
        made.append(
            GeneratedTask(
                id=names[place],
                depends_on=tuple(names[one] for one in needed),
                effort=efforts[place],
                number=number,
                result=results[place],
                shared=sharing.get(place),
            )
        )
    return Generated(shape=shape, seed=seed, tasks=tuple(made))


def _check(**amounts: float) -> None:
    for name, amount in amounts.items():
        if not 0.0 <= amount <= MOST:
            raise UsageError(f"{name} is {amount}: give a number from 0 to {MOST}")


def _share(tasks: int, files: int, tasks_per_file: int, seed: int) -> dict[int, int]:
    """The shared file of each task that has one, both by number."""
    if files < 0 or (files and tasks_per_file < 1):
        raise UsageError(
            f"{files} shared files of {tasks_per_file} tasks each cannot be: give 0 files or more, "
            "and 1 task or more for each"
        )
    parts = files * tasks_per_file
    if parts > tasks:
        raise UsageError(
            f"{files} shared files of {tasks_per_file} tasks each need {parts} tasks, and there are "
            f"{tasks}: a task adds to one file at most"
        )
    if not files:
        return {}
    chosen = stream(seed, "shared files").sample(range(tasks), parts)
    return {task: 1 + place // tasks_per_file for place, task in enumerate(chosen)}


def _efforts(count: int, spread: float, seed: int) -> Sequence[float]:
    """Lognormal efforts with mean 1; of a lognormal, spread**2 = exp(sigma**2) - 1."""
    if not spread:
        return [1.0] * count
    sigma = sqrt(log(1.0 + spread * spread))
    random = stream(seed, "efforts")
    drawn = (random.lognormvariate(-sigma * sigma / 2, sigma) for _ in range(count))
    return [max(LEAST_EFFORT, round(effort, 3)) for effort in drawn]
