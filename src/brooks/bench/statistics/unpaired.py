"""Tests for runs that are not paired, such as imported ones, with the conventions of the literature.

All are two-sided and give the statistic that papers print. Mann and Whitney's U (1947) is that of the
first sample: the pairs of values, one of each sample, in which the first sample's is the larger, ties
half; its p-value is the normal approximation with correction for ties and continuity, whatever the
size. Kruskal and Wallis's H (1952) is corrected for ties, its p-value is chi-squared's. Spearman's rho
has Student's p-value. Wilcoxon's W is the smaller of the two rank sums of paired differences, those of 0
left out; its p-value is exact for up to 50 pairs without ties or zeros, else approximate.

These are for repeating what others published. A verdict of this project comes from `signed_rank`.
"""

import numpy as np
from scipy import stats

from brooks.bench.statistics.intervals import Floats, Values, checked
from brooks.core.message import Message
from brooks.errors import UsageError


class TestResult(Message, frozen=True, kw_only=True):
    """What a test gives."""

    statistic: float
    """U, H, rho or W."""
    p_value: float
    n: int
    """How many values there were, in all samples together; for paired ones, pairs."""


def mannwhitney(first: Values, second: Values) -> TestResult:
    """Whether values of one sample tend to be larger than those of the other."""
    ours, theirs = checked(first, least=1), checked(second, least=1)
    if len(np.unique(np.concatenate([ours, theirs]))) == 1:
        return TestResult(
            statistic=len(ours) * len(theirs) / 2, p_value=1.0, n=len(ours) + len(theirs)
        )
    found = stats.mannwhitneyu(ours, theirs, alternative="two-sided", method="asymptotic")
    return _result(found, len(ours) + len(theirs))


def kruskal(*samples: Values) -> TestResult:
    """Whether one of several samples tends to have larger values than another."""
    if len(samples) < 2:
        raise UsageError(f"Kruskal and Wallis compare two samples or more: {len(samples)} given")
    arrays = [checked(sample, least=1) for sample in samples]
    everything = np.concatenate(arrays)
    if len(np.unique(everything)) == 1:
        return TestResult(statistic=0.0, p_value=1.0, n=len(everything))
    return _result(stats.kruskal(*arrays), len(everything))


def spearman(first: Values, second: Values) -> TestResult:
    """Whether two properties of the same runs rise together.

    Raises:
        UsageError: they are not as many, or all values of one are equal, which leaves rho undefined.
    """
    ours, theirs = _same_length(first, second, least=3)
    if np.ptp(ours) == 0 or np.ptp(theirs) == 0:
        raise UsageError("all values of one property are equal: nothing can rise with it")
    return _result(stats.spearmanr(ours, theirs), len(ours))


def wilcoxon(first: Values, second: Values) -> TestResult:
    """Whether paired values differ, by the ranks of their differences."""
    ours, theirs = _same_length(first, second, least=1)
    if (ours == theirs).all():
        return TestResult(statistic=0.0, p_value=1.0, n=len(ours))
    differences = np.abs(ours - theirs)
    is_plain = len(np.unique(differences)) == len(ours) <= 50 and differences.min() > 0
    method = "exact" if is_plain else "asymptotic"
    return _result(stats.wilcoxon(ours, theirs, method=method), len(ours))


def cliffs_delta(first: Values, second: Values) -> float:
    """Of all pairs of values, the share in which the first is larger less that in which it is smaller.

    From -1 to 1 (Cliff 1993); 0 when neither sample tends to be larger.
    """
    found = mannwhitney(first, second)
    return 2 * found.statistic / (len(first) * len(second)) - 1


def _same_length(first: Values, second: Values, *, least: int) -> tuple[Floats, Floats]:
    if len(first) != len(second):
        raise UsageError(f"{len(first)} values cannot be paired with {len(second)}: give as many")
    return checked(first, least=least), checked(second, least=least)


def _result(found: object, n: int) -> TestResult:
    return TestResult(
        statistic=float(getattr(found, "statistic")),  # noqa: B009 - SciPy has no types
        p_value=float(getattr(found, "pvalue")),  # noqa: B009
        n=n,
    )
