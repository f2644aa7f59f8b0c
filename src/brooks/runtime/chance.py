"""Named streams of random numbers.

Every draw in a run comes from a stream named by what it is for (an agent, a task, an attempt),
seeded from the run's seed and that name. So adding a worker does not reshuffle the luck of the
others, and a stream gives the same numbers in every process.
"""

from random import Random


def stream(seed: int, *name: object) -> Random:
    """A fresh stream for this name; the same seed and name give the same stream."""
    return Random("/".join(str(part) for part in (seed, *name)))
