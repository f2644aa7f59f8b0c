"""Solutions for tasks that have none: text of the length that a task's effort lets expect.

A simulated model writes reference solutions, and the time that a reply takes depends on how much is
written. So a task without a solution is given one of `tokens` output tokens times its effort, by the mean
effort of all such tasks, spread evenly over the files that it declares. A file that several tasks declare
gets a part from each, and they meet there as they would in earnest.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log, sqrt
from random import Random
from typing import NamedTuple

from msgspec.structs import replace

from brooks.core.spec import SolutionFile, Task
from brooks.ids import BlobHash, TaskId
from brooks.models.amounts import CHARACTERS_A_TOKEN
from brooks.runtime.chance import stream
from brooks.workspace.tree import hash_of

LONGEST_LINE = 60
LONGEST_SOLUTION = 200_000
"""Characters; a task that takes more is simulated as one that takes this."""


class StoodIn(NamedTuple):
    """Tasks with a solution each."""

    tasks: tuple[Task, ...]
    """Those that are known."""
    found: Mapping[TaskId, tuple[Task, ...]]
    """Those that turn up, by the known task whose agent comes upon them."""
    blobs: Mapping[BlobHash, bytes]
    """The bytes of solutions that were made up."""


def stand_in(
    tasks: Sequence[Task], *, tokens: float, spread: float = 0.0, found: float = 0.0, seed: int = 0
) -> StoodIn:
    """Give every task a solution.

    Args:
        tasks: All known tasks.
        tokens: Output tokens of a task of mean effort.
        spread: Coefficient of variation of what a task takes beside its effort.
        found: Further tasks, as a share of these; each depends on one of them.
        seed: What is drawn comes from.
    """
    late = _found(tasks, found, seed)
    every = (*tasks, *late)
    without = [task for task in every if not task.solution]
    factors = _factors(without, spread, seed)
    mean = sum(task.effort for task in without) / max(len(without), 1)
    writers = Counter(path for task in every for path in task.files)
    usable = _usable(every, writers)
    blobs: dict[BlobHash, bytes] = {}
    given: dict[TaskId, Task] = {}
    for task in without:
        length = tokens * CHARACTERS_A_TOKEN * task.effort / mean * factors[task.id]
        parts = _parts(task, usable, writers, length)
        blobs.update((hash_of(data), data) for _, data, _ in parts)
        given[task.id] = replace(
            task,
            solution=tuple(
                SolutionFile(path=path, blob=hash_of(data), part=part) for path, data, part in parts
            ),
        )
    by: dict[TaskId, list[Task]] = {}
    for task in late:
        by.setdefault(task.depends_on[0], []).append(given[task.id])
    return StoodIn(
        tasks=tuple(given.get(task.id, task) for task in tasks),
        found={task: tuple(each) for task, each in by.items()},
        blobs=blobs,
    )


def _factors(tasks: Sequence[Task], spread: float, seed: int) -> Mapping[TaskId, float]:
    """What each task takes beside its effort: lognormal with mean 1, from a stream of its own."""
    if not spread:
        return dict.fromkeys((task.id for task in tasks), 1.0)
    sigma = sqrt(log(1.0 + spread * spread))
    return {
        task.id: stream(seed, "effort", task.id).lognormvariate(-sigma * sigma / 2, sigma)
        for task in tasks
    }


def _found(tasks: Sequence[Task], share: float, seed: int) -> list[Task]:
    """Tasks that turn up: each depends on one that is known, drawn by chance."""
    random: Random = stream(seed, "found")
    taken = {task.id for task in tasks}
    checked = sum(task.check is not None for task in tasks) * 2 >= len(tasks)
    mean = sum(task.effort for task in tasks) / max(len(tasks), 1)
    made: list[Task] = []
    for number in range(1, round(share * len(tasks)) + 1):
        name = TaskId(f"found-{number}")
        while name in taken:
            name = TaskId(f"{name}-more")
        needed = random.choice(tasks).id
        made.append(
            Task(id=name, depends_on=(needed,), effort=mean, check="true" if checked else None)
        )
    return made


def _usable(tasks: Sequence[Task], writers: Mapping[str, int]) -> frozenset[str]:
    """Declared paths that text can go to: not those of whole solutions, and no folders of others."""
    whole = {part.path for task in tasks for part in task.solution if not part.part}
    folders = {
        "/".join(pieces[:depth])
        for pieces in (path.split("/") for path in writers)
        for depth in range(1, len(pieces))
    }
    return frozenset(path for path in writers if path not in whole and path not in folders)


def _parts(
    task: Task, usable: frozenset[str], writers: Mapping[str, int], length: float
) -> list[tuple[str, bytes, bool]]:
    paths = [path for path in dict.fromkeys(task.files) if path in usable]
    if not paths:
        paths = [f"stand-in/{hash_of(task.id.encode())[:16]}.txt"]
    each = min(length, LONGEST_SOLUTION) / len(paths)
    return [(path, _text(task.id, each), writers[path] > 1) for path in paths]


def _text(task: str, length: float) -> bytes:
    """Lines that begin with the task's name, about so many characters in all."""
    head = task[: LONGEST_LINE // 2]
    line = f"{head} {'.' * (LONGEST_LINE - len(head) - 2)}\n"
    lines = max(0, round((length - len(task) - 8) / LONGEST_LINE))
    return (f"{task}: right\n" + line * lines + f"{task}: end\n").encode()
