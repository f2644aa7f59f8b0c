"""Two teams whose runs are paired by seed: who was better, by how much, and what failed.

How a pair counts:

| the first team | the second team | the pair |
|---|---|---|
| finished | finished | the logarithm of the ratio of their values, ranked by its size |
| finished | failed | won by the first, with the weight of an average pair |
| failed | finished | won by the second, with the weight of an average pair |
| failed | failed | in every denominator; it speaks for neither |

So a failed run is worse than any run that finished, however slow. `signed_rank` is the test, and
gives the ratio and its interval with failures in them. Beside it stand the *geometric mean ratio* of
the pairs in which both finished, with a bootstrap interval, which knows nothing of failures; the
probability of superiority and Cliff's delta (both from 1993), which know nothing of sizes; and
whether one team failed more often, by the exact test of McNemar (1947): of the pairs in which one
team alone failed, each is as likely to be the one as the other if they do not differ.
"""

import math
from typing import Literal

import numpy as np
from scipy import stats

from brooks.bench.statistics.intervals import Interval, interval_by_bootstrap
from brooks.bench.statistics.pairs import Sorted
from brooks.bench.statistics.signed_rank import SignedRank, signed_rank
from brooks.core.message import Message


class Completion(Message, frozen=True, kw_only=True):
    """How often each team failed."""

    pairs: int
    first_failed: int
    """Runs of the first team that failed, of `pairs`."""
    second_failed: int
    p_value: float
    """McNemar's exact test, two-sided."""

    @property
    def failed_more(self) -> Literal["first", "second", ""]:
        """The team that failed more often, by chance or not."""
        if self.first_failed == self.second_failed:
            return ""
        return "first" if self.first_failed > self.second_failed else "second"


class Comparison(Message, frozen=True, kw_only=True):
    """Everything that is computed of two teams. Ratios are second over first: above 1 the first won."""

    completion: Completion
    test: SignedRank
    """In logarithms."""
    ratio: float | None
    """By which the second team's values would have to shrink for the teams to be even, failures
    counted (Hodges and Lehmann 1963). None when no pair has two values; 0 or infinite when failures
    outweigh all of them."""
    interval: Interval
    """Of `ratio`; it leaves 1 out exactly when the test finds a difference."""
    geometric_mean_ratio: float | None
    """Of the pairs in which both finished."""
    geometric_mean_interval: Interval | None
    """By bootstrap; None for fewer than two such pairs."""
    superiority: float
    """The share of pairs that the first team won, ties and pairs in which both failed counted half."""

    @property
    def cliffs_delta(self) -> float:
        """The share of pairs that the first team won less the share it lost, from -1 to 1."""
        return 2 * self.superiority - 1


def compare(ended: Sorted, *, chance: np.random.Generator, level: float = 0.95) -> Comparison:
    """Compare two teams by their pairs."""
    test = signed_rank(ended, alpha=alpha_of(level))
    ratios = ended.log_ratios
    return Comparison(
        completion=completion_of(ended),
        test=test,
        ratio=None if test.estimate is None else math.exp(test.estimate),
        interval=Interval(
            low=math.exp(test.low),
            high=math.exp(test.high),
            level=level,
            how="inverted signed-rank test, failures counted",
        ),
        geometric_mean_ratio=math.exp(float(np.mean(ratios))) if ratios else None,
        geometric_mean_interval=_geometric_interval(ratios, chance, level),
        superiority=_superiority(ended),
    )


def alpha_of(level: float) -> float:
    """What is left of a level: 0.05 of 0.95, without the last bits that a subtraction brings."""
    return round(1 - level, 12)


def completion_of(ended: Sorted) -> Completion:
    """Compare how often each team failed."""
    lone = ended.first_failed + ended.second_failed
    p_value = float(stats.binomtest(ended.first_failed, lone).pvalue) if lone else 1.0
    return Completion(
        pairs=ended.pairs,
        first_failed=ended.first_failed + ended.both_failed,
        second_failed=ended.second_failed + ended.both_failed,
        p_value=p_value,
    )


def _geometric_interval(
    ratios: tuple[float, ...], chance: np.random.Generator, level: float
) -> Interval | None:
    if len(ratios) < 2:
        return None
    found = interval_by_bootstrap([ratios], np.mean, chance=chance, level=level)
    return Interval(low=math.exp(found.low), high=math.exp(found.high), level=level, how=found.how)


def _superiority(ended: Sorted) -> float:
    won = sum(ratio > 0 for ratio in ended.log_ratios) + ended.second_failed
    tied = sum(ratio == 0 for ratio in ended.log_ratios) + ended.both_failed
    return (won + tied / 2) / ended.pairs
