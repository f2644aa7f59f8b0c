"""How many pairs would decide, and what these pairs could have shown at all.

The *power* of a number of pairs is the chance that they decide, in the direction seen so far. It is
found by drawing so many pairs, with replacement, from those there are, failures among them, and
asking the very test that gives the verdict, `RESAMPLES` times. The least number is found by doubling
and halving, to within 2 of a hundred and what chance adds.

The answer rests on the difference as it was seen, which in an undecided comparison is itself uncertain:
it says what to plan for, not what will come. `detectable` needs no such guess. It takes only the spread
and the failures from the pairs, makes them even (each pair together with its mirror image), and asks
which ratio this many pairs would show.
"""

import math

import numpy as np
from numpy.typing import NDArray

from brooks.bench.statistics.pairs import Sorted
from brooks.bench.statistics.signed_rank import critical_score
from brooks.core.message import Message

RESAMPLES = 500
MOST_PAIRS = 1000
"""Unless another number is asked for, more are not looked at."""
HIGHEST_RATIO = 20.0
"""A ratio that even so many pairs do not show is not looked for."""

Integers = NDArray[np.int64]


class _Population(Message, frozen=True, kw_only=True):
    """Pairs to draw from."""

    log_ratios: tuple[float, ...]
    won: int
    lost: int
    both_failed: int

    def share_won(self, pairs: int, *, chance: np.random.Generator, alpha: float) -> float:
        """In what share of samples of so many pairs the first team is found to be better.

        A sample is how often each pair is drawn. One that is drawn c times, after s smaller ones, has
        the ranks s + 1 to s + c, whose sum, doubled, is c (2 s + c + 1).
        """
        values = np.asarray(sorted(self.log_ratios, key=abs), dtype=np.float64)
        weights = [*[1] * len(values), self.lost, self.won, self.both_failed]
        counts = chance.multinomial(pairs, np.asarray(weights) / sum(weights), size=RESAMPLES)
        drawn, lost, won = counts[:, :-3], counts[:, -3], counts[:, -2]
        smaller = np.cumsum(drawn, axis=1) - drawn
        ranks = drawn * (2 * smaller + drawn + 1)
        finished = drawn.sum(axis=1)
        second = ranks[:, values <= 0].sum(axis=1) + (finished + 1) * lost
        return float(np.mean(second <= critical_scores(finished, lost + won, alpha)))


def critical_scores(finished: Integers, lone: Integers, alpha: float) -> Integers:
    """The critical score of each sample."""
    base = int(lone.max()) + 1
    kinds, which = np.unique(finished * base + lone, return_inverse=True)
    scores = [critical_score(int(kind) // base, int(kind) % base, alpha) for kind in kinds]
    return np.asarray(scores, dtype=np.int64)[which]


def pairs_to_decide(
    ended: Sorted,
    *,
    favours_first: bool,
    chance: np.random.Generator,
    alpha: float = 0.05,
    power: float = 0.8,
    most: int = MOST_PAIRS,
) -> int | None:
    """How many pairs in all would decide with the given power; None if `most` would not."""
    population = _seen_from(ended, favours_first=favours_first)

    def is_enough(pairs: int) -> bool:
        return population.share_won(pairs, chance=chance, alpha=alpha) >= power

    low, high = ended.pairs, min(2 * ended.pairs, most)
    if low >= most:
        return None
    while not is_enough(high):
        if high == most:
            return None
        low, high = high, min(2 * high, most)
    while high - low > max(1, low // 50):
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def detectable(
    ended: Sorted,
    *,
    chance: np.random.Generator,
    alpha: float = 0.05,
    power: float = 0.8,
) -> float | None:
    """The least ratio above 1 that so many pairs, spread and failing like these, would show.

    None if they are too few, or fail too often, to show even `HIGHEST_RATIO`.
    """
    if not ended.log_ratios:
        return None
    center = float(np.median(ended.log_ratios))
    spread = [ratio - center for ratio in ended.log_ratios]

    def is_shown(shift: float) -> bool:
        population = _around(shift, spread, ended)
        return population.share_won(ended.pairs, chance=chance, alpha=alpha) >= power

    low, high = 0.0, math.log(HIGHEST_RATIO)
    if not is_shown(high):
        return None
    while high - low > 0.01:
        middle = (low + high) / 2
        low, high = (low, middle) if is_shown(middle) else (middle, high)
    return math.exp(high)


def _seen_from(ended: Sorted, *, favours_first: bool) -> _Population:
    """The pairs as they are, the team that is ahead as the first."""
    won, lost = ended.second_failed, ended.first_failed
    if favours_first:
        return _Population(
            log_ratios=ended.log_ratios, won=won, lost=lost, both_failed=ended.both_failed
        )
    return _Population(
        log_ratios=tuple(-ratio for ratio in ended.log_ratios),
        won=lost,
        lost=won,
        both_failed=ended.both_failed,
    )


def _around(shift: float, spread: list[float], ended: Sorted) -> _Population:
    """Pairs and their mirror images, those that finished moved by a log ratio."""
    lone = ended.first_failed + ended.second_failed
    moved = [shift + each for each in spread] + [shift - each for each in spread]
    return _Population(
        log_ratios=tuple(moved), won=lone, lost=lone, both_failed=2 * ended.both_failed
    )
