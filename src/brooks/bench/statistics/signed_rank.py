"""The exact test behind every verdict: Wilcoxon's signed ranks with lost pairs, and its inversion.

The pairs in which both teams finished are ranked by the size of their log ratio d, 1 to m, as in
Wilcoxon (1945). A *lone failure*, one team finished and the other did not, has no size. It is won by
the team that finished and weighs as much as the average pair, (m+1)/2. The score is the sum of what
the first team won.

If the teams do not differ, the two runs of a pair could as well be swapped: given the sizes and the
lone failures, each of the 2^n ways to deal out the wins is equally likely. That gives the null
distribution exactly, whatever the run times are distributed like, for any fixed weights. (The usual
choice for failures, ranks above all others, is as exact, but lets a few chance failures drown what
all times say: docs/statistics.md has figures.) Above `EXACT_PAIRS` pairs the normal approximation
with continuity correction takes over; there it is right to a ten-thousandth.

Wins are counted through *Walsh averages* (d_i + d_j)/2, i <= j: the finished pairs' share of the score
is the number of averages above 0 (Tukey). Counting those above θ tests the hypothesis that the true
log ratio is θ; the θ that are not rejected are the interval, the θ that leaves both teams even is the
estimate (Hodges and Lehmann 1963). So the interval leaves out "no difference" exactly when the test
says so. An average that equals θ counts against whichever side is being shown.

Scores are doubled everywhere here, which makes them whole numbers.
"""

import math
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from brooks.bench.statistics.pairs import Sorted
from brooks.core.message import Message

EXACT_PAIRS = 100
"""Up to so many informative pairs the null distribution is computed exactly."""

Floats = NDArray[np.float64]


class SignedRank(Message, frozen=True, kw_only=True):
    """What the test says of the log ratios second over first; above 0 favours the first team."""

    p_value: float
    """Two-sided."""
    favours: Literal["first", "second", ""]
    """Who won more; empty if neither."""
    estimate: float | None
    """The log ratio that leaves both even; infinite when failures outweigh all times; None when no
    pair has two times."""
    low: float
    """The interval of the log ratio; infinite where the pairs do not bound it."""
    high: float


def lone_weight(finished: int) -> int:
    """What a lone failure weighs, doubled: the average rank of the finished pairs."""
    return finished + 1


@lru_cache(maxsize=256)
def _cumulative(finished: int, lone: int) -> Floats:
    """P(score <= s) for every doubled score s: each weight is won with probability one half."""
    weights = [2 * rank for rank in range(1, finished + 1)] + [lone_weight(finished)] * lone
    chances = np.zeros(sum(weights) + 1)
    chances[0] = 1.0
    for weight in weights:
        won = np.zeros_like(chances)
        won[weight:] = chances[: len(chances) - weight]
        chances = (chances + won) / 2
    return np.cumsum(chances)


def highest_score(finished: int, lone: int) -> int:
    """The doubled score of a team that wins everything."""
    return finished * (finished + 1) + lone * lone_weight(finished)


def _moments(finished: int, lone: int) -> tuple[float, float]:
    """Mean and standard deviation of the doubled score."""
    squares = 4 * finished * (finished + 1) * (2 * finished + 1) / 6
    squares += lone * lone_weight(finished) ** 2
    return highest_score(finished, lone) / 2, math.sqrt(squares) / 2


def lower_tail(score: int, *, finished: int, lone: int) -> float:
    """The probability, when the teams do not differ, of a doubled score so low or lower."""
    if finished + lone <= EXACT_PAIRS:
        cumulative = _cumulative(finished, lone)
        return float(min(1.0, cumulative[min(score, len(cumulative) - 1)]))
    mean, deviation = _moments(finished, lone)
    return float(ndtr((score + 1 - mean) / deviation))


@lru_cache(maxsize=65536)
def critical_score(finished: int, lone: int, alpha: float) -> int:
    """The highest doubled score that is still significantly low, two-sided; -1 if none is."""
    if finished + lone <= EXACT_PAIRS:
        return int(np.searchsorted(_cumulative(finished, lone), alpha / 2, side="right")) - 1
    mean, deviation = _moments(finished, lone)
    return math.floor(mean + float(ndtri(alpha / 2)) * deviation - 1)


def signed_rank(ended: Sorted, *, alpha: float = 0.05) -> SignedRank:
    """Test whether two teams differ, with the interval of their log ratio at level 1 - alpha."""
    finished, lone = len(ended.log_ratios), ended.first_failed + ended.second_failed
    averages = walsh_averages(ended.log_ratios)
    weight = lone_weight(finished)
    critical = critical_score(finished, lone, alpha)
    below = 2 * int(np.count_nonzero(averages <= 0)) + weight * ended.first_failed
    above = 2 * int(np.count_nonzero(averages >= 0)) + weight * ended.second_failed
    tail = lower_tail(min(below, above), finished=finished, lone=lone)
    return SignedRank(
        p_value=min(1.0, 2 * tail),
        favours="" if below == above else "first" if below < above else "second",
        estimate=_estimate(averages, weight * (ended.second_failed - ended.first_failed)),
        low=_bound(averages, critical - weight * ended.first_failed),
        high=-_bound(-averages[::-1], critical - weight * ended.second_failed),
    )


def walsh_averages(values: tuple[float, ...]) -> Floats:
    """Every (d_i + d_j)/2 with i <= j, in order."""
    array = np.asarray(values, dtype=np.float64)
    rows, columns = np.triu_indices(len(array))
    sums: NDArray[Any] = array[rows] + array[columns]
    return np.sort(sums / 2)


def _bound(averages: Floats, spare: int) -> float:
    """The lowest log ratio that is not rejected as too low.

    One is rejected if the doubled count of the averages up to it is at most `spare`, the critical
    score less what the failures took of it.
    """
    position = spare // 2
    if position < 0:
        return -math.inf
    return float(averages[position]) if position < len(averages) else math.inf


def _estimate(averages: Floats, imbalance: int) -> float | None:
    """The log ratio that leaves both teams with half of the score.

    `imbalance` is the doubled score that the first team has of failures more than the second.
    """
    if not len(averages):
        return None
    wanted = (2 * len(averages) + imbalance) / 4
    if not 0 < wanted < len(averages):
        return math.copysign(math.inf, imbalance)
    above, below = math.floor(wanted) + 1, math.ceil(wanted)
    return float(averages[below - 1] + averages[above - 1]) / 2
