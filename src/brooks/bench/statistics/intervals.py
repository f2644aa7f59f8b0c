"""Intervals around single numbers: means, medians, shares, ratios, and any statistic by bootstrap.

An interval at level 0.95 is made by a rule that, over many repetitions, leaves out the true value in
at most (or about, where `how` says bootstrap or Student) one of twenty. SciPy does the mathematics.

What is drawn by chance (bootstrap) is drawn from a generator that is handed in, so equal generators
give equal intervals. Where all values are equal a bootstrap sees no spread, and the interval is that
one value: it is then no statement about runs that were not made.
"""

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from brooks.core.message import Message
from brooks.errors import UsageError

RESAMPLES = 2000
"""How often a bootstrap draws the values anew."""

Floats = NDArray[np.float64]
Values = Sequence[float] | NDArray[Any]
Statistic = Callable[..., Any]
"""Takes one array a sample and `axis`, as NumPy's own do."""


class Interval(Message, frozen=True, kw_only=True):
    """From where to where a number may be."""

    low: float
    """Minus infinity (for a ratio 0) where nothing bounds it."""
    high: float
    """Infinite where nothing bounds it; null in JSON."""
    level: float
    """The share of such intervals that hold the true value: 0.95 unless asked otherwise."""
    how: str
    """The rule it was made by, in words."""

    def holds(self, value: float) -> bool:
        """Whether a value is in it."""
        return self.low <= value <= self.high


def interval_of_mean(values: Values, *, level: float = 0.95) -> Interval:
    """Student's interval: right for normal values, and nearly for others when there are many."""
    array = checked(values, least=2)
    center, error = float(np.mean(array)), float(stats.sem(array))
    reach = float(stats.t.ppf((1 + level) / 2, len(array) - 1)) * error
    return Interval(low=center - reach, high=center + reach, level=level, how="Student's t")


def interval_of_median(values: Values, *, level: float = 0.95) -> Interval:
    """Two of the values, chosen by the binomial distribution: never less than its level.

    With five values or fewer no two of them are enough at 0.95, and the interval is unbounded.
    """
    array = checked(values, least=1)
    found = stats.quantile_test(array, q=0.0, p=0.5).confidence_interval(level)
    low, high = float(found.low), float(found.high)
    return Interval(
        low=-math.inf if math.isnan(low) else low,
        high=math.inf if math.isnan(high) else high,
        level=level,
        how="order statistics",
    )


def interval_of_share(
    count: int,
    total: int,
    *,
    level: float = 0.95,
    method: Literal["wilson", "exact"] = "wilson",
) -> Interval:
    """Of a share, `count` of `total`: Wilson's (1927), or Clopper and Pearson's exact one (1934).

    Wilson's holds the true share about as often as its level says, the exact one at least so often.
    """
    if not 0 <= count <= total or total == 0:
        raise UsageError(f"{count!r} of {total!r} is no share: give 0 <= count <= total, total > 0")
    found = stats.binomtest(count, total).proportion_ci(level, method=method)
    names = {"wilson": "Wilson", "exact": "Clopper-Pearson"}
    return Interval(low=float(found.low), high=float(found.high), level=level, how=names[method])


def interval_of_ratio(
    above: Values, below: Values, *, paired: bool, level: float = 0.95
) -> Interval:
    """Of the ratio of two geometric means, from the logarithms of the values.

    Paired: Student's interval of the logarithms of each pair's ratio. Unpaired: Welch's, which does
    not take the two spreads for equal. Geometric means, since a team that is twice as fast with one seed
    and half as fast with the next is as fast as the other; of arithmetic means of times a slow seed
    would weigh more.
    """
    upper, lower = np.log(positive(above)), np.log(positive(below))
    if paired and len(upper) != len(lower):
        raise UsageError(f"{len(upper)} values cannot be paired with {len(lower)}: give as many")
    if min(len(upper), len(lower)) < 2:
        raise UsageError("the interval of a ratio needs two values a side: make more runs")
    if _is_constant(upper - lower) if paired else _is_constant(upper) and _is_constant(lower):
        return _constant(math.exp(float(upper[0] - lower[0])), level)
    logarithms = (upper, lower)
    result = (
        stats.ttest_rel(*logarithms) if paired else stats.ttest_ind(*logarithms, equal_var=False)
    )
    found = result.confidence_interval(level)
    how = "Student's t of the logarithms of the ratios" if paired else "Welch's t of the logarithms"
    return Interval(low=math.exp(found.low), high=math.exp(found.high), level=level, how=how)


def interval_by_bootstrap(
    samples: Sequence[Values],
    statistic: Statistic,
    *,
    chance: np.random.Generator,
    paired: bool = False,
    level: float = 0.95,
    resamples: int = RESAMPLES,
) -> Interval:
    """Of any statistic of one or more samples (Efron): bias-corrected and accelerated if it can be.

    BCa asks how the statistic changes as each value is left out. Where that gives nothing (a median
    of few values) the percentiles of the resampled statistics are the interval, and `how` says so.
    It is too narrow for fewer than ten values.
    """
    arrays = tuple(checked(sample, least=2) for sample in samples)
    if all(_is_constant(array) for array in arrays):
        return _constant(float(statistic(*arrays, axis=-1)), level)
    for method in ("BCa", "percentile"):
        state = chance.bit_generator.state
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # a degenerate resample; its answer is NaN, seen below
            found = stats.bootstrap(
                arrays,
                statistic,
                n_resamples=resamples,
                paired=paired,
                vectorized=True,
                confidence_level=level,
                method=method,
                rng=chance,
            ).confidence_interval
        low, high = float(found.low), float(found.high)
        if math.isfinite(low) and math.isfinite(high):
            return Interval(low=low, high=high, level=level, how=f"bootstrap, {method}")
        chance.bit_generator.state = state
    raise UsageError("the statistic is not a finite number for most resamples: give more values")


def checked(values: Values, *, least: int) -> Floats:
    """The values as an array.

    Raises:
        UsageError: there are too few, or one is not a finite number.
    """
    array = np.asarray(values, dtype=np.float64)
    if len(array) < least:
        raise UsageError(f"{len(array)} values are too few, {least} are needed: make more runs")
    if not np.isfinite(array).all():
        wrong = float(array[~np.isfinite(array)][0])
        raise UsageError(f"{wrong!r} is among the values: give finite numbers, and no failed runs")
    return array


def positive(values: Values) -> Floats:
    """The values as an array, all above 0, so that they have ratios.

    Raises:
        UsageError: one is not.
    """
    array = checked(values, least=1)
    if (array <= 0).any():
        raise UsageError(f"{float(array.min())!r} has no ratio: give values above 0")
    return array


def _is_constant(array: Floats) -> bool:
    return bool(np.ptp(array) <= 1e-12 * np.abs(array).max())


def _constant(value: float, level: float) -> Interval:
    return Interval(low=value, high=value, level=level, how="all values are equal")
