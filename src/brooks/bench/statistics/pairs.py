"""What is compared: for each seed, what one team needed and what the other needed.

A run that failed or ran out of time needed nothing that can be compared: it has no number, and it
stays in the denominator all the same (`paired` says how it counts). Whoever makes the pairs says
what failing is; in this project a run has failed unless it is done and every task is verified.
"""

import math
from collections.abc import Iterable, Sequence

from brooks.core.message import Message
from brooks.errors import UsageError

MOST_PAIRS = 5000
"""No more can be compared: the test looks at every two of them."""


class Pair(Message, frozen=True, kw_only=True):
    """What two teams needed with one seed: seconds, tokens or dollars, less being better."""

    first: float | None
    """None when the run failed or timed out."""
    second: float | None
    seed: int | None = None
    """For whoever looks at the pair; it is not used."""


class Sorted(Message, frozen=True, kw_only=True):
    """Pairs by how they ended."""

    log_ratios: tuple[float, ...]
    """Natural logarithms of second over first where both finished: above 0 the first was better."""
    first_failed: int
    """Pairs in which the first team alone failed."""
    second_failed: int
    both_failed: int

    @property
    def pairs(self) -> int:
        """All of them."""
        return len(self.log_ratios) + self.first_failed + self.second_failed + self.both_failed

    @property
    def informative(self) -> int:
        """Pairs in which at least one run finished."""
        return self.pairs - self.both_failed


def paired_values(
    first: Iterable[tuple[int, float | None]], second: Iterable[tuple[int, float | None]]
) -> tuple[Pair, ...]:
    """Pair two lists of (seed, value) by seed, in the order of the first.

    Raises:
        UsageError: a seed is there twice, or one team has it and the other has not.
    """
    ours, theirs = _by_seed(first, "first"), _by_seed(second, "second")
    if alone := sorted(ours.keys() ^ theirs.keys()):
        raise UsageError(
            f"only one of the two teams has the seeds {alone!r}: give both teams the same seeds, "
            f"and a run that failed None in place of its value"
        )
    return tuple(Pair(seed=seed, first=ours[seed], second=theirs[seed]) for seed in ours)


def _by_seed(values: Iterable[tuple[int, float | None]], team: str) -> dict[int, float | None]:
    found: dict[int, float | None] = {}
    for seed, value in values:
        if seed in found:
            raise UsageError(f"the {team} team has the seed {seed!r} twice: give it once")
        found[seed] = value
    return found


def sort_pairs(pairs: Sequence[Pair]) -> Sorted:
    """Check the pairs and sort them by how they ended.

    Raises:
        UsageError: there is no pair, there are too many, or a value has no ratio.
    """
    if not 0 < len(pairs) <= MOST_PAIRS:
        raise UsageError(
            f"there are {len(pairs)} pairs to compare: give both teams the same 1 to {MOST_PAIRS} seeds"
        )
    ratios = []
    first_failed = second_failed = both_failed = 0
    for number, pair in enumerate(pairs, 1):
        first, second = (_logarithm(value, number) for value in (pair.first, pair.second))
        if first is None and second is None:
            both_failed += 1
        elif first is None:
            first_failed += 1
        elif second is None:
            second_failed += 1
        else:
            ratios.append(second - first)
    return Sorted(
        log_ratios=tuple(ratios),
        first_failed=first_failed,
        second_failed=second_failed,
        both_failed=both_failed,
    )


def _logarithm(value: float | None, number: int) -> float | None:
    if value is None:
        return None
    if not (math.isfinite(value) and value > 0):
        raise UsageError(
            f"pair {number} has the value {value!r}, which has no ratio: a value must be above 0 "
            f"and finite; for a run that failed or timed out give None"
        )
    return math.log(value)
