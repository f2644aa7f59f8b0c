"""Typical values and intervals of what simulated runs came to, without any library.

The typical value of a positive quantity is its geometric mean: teams are compared by ratios, and one
request in a thousand that hangs for minutes should weigh, and not decide alone. Its error comes from
Student's distribution on logarithms. Beside it stands where single runs lie: eight of ten.
"""

from collections.abc import Sequence
from math import exp, log, sqrt
from statistics import NormalDist, fmean

from brooks.core.message import Message

LEVEL = 0.8
"""Share of single runs that lie between `low` and `high`."""
LEAST = 1e-9
"""What stands for 0 where a logarithm is taken."""


class Quantity(Message, frozen=True, kw_only=True):
    """What runs came to."""

    typical: float
    """Geometric mean."""
    low: float
    """A tenth of all runs are below."""
    high: float
    """A tenth of all runs are above."""
    error_low: float
    """With `error_high`: where the typical value of very many runs lies, at the level 0.95."""
    error_high: float

    @property
    def relative_error(self) -> float:
        """Half the width of the interval of the typical value, as a share of it."""
        return (self.error_high - self.error_low) / 2 / max(self.typical, LEAST)


class Share(Message, frozen=True, kw_only=True):
    """A share of runs, with Wilson's interval at the level 0.95."""

    value: float
    low: float
    high: float


def quantity(values: Sequence[float]) -> Quantity:
    """What these runs came to; of a single run nothing is known about others."""
    logs = [log(max(value, LEAST)) for value in values]
    mean = fmean(logs)
    reach = t_quantile(0.975, len(logs) - 1) * standard_error(logs) if len(logs) > 1 else 0.0
    ordered = sorted(values)
    return Quantity(
        typical=exp(mean),
        low=quantile(ordered, (1 - LEVEL) / 2),
        high=quantile(ordered, (1 + LEVEL) / 2),
        error_low=exp(mean - reach),
        error_high=exp(mean + reach),
    )


def share(hits: int, of: int) -> Share:
    """A share with Wilson's interval."""
    if of == 0:
        return Share(value=0.0, low=0.0, high=1.0)
    z, p = NormalDist().inv_cdf(0.975), hits / of
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    reach = z * sqrt(p * (1 - p) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return Share(value=p, low=max(0.0, middle - reach), high=min(1.0, middle + reach))


def quantile(ordered: Sequence[float], p: float) -> float:
    """A quantile of ordered values, between neighbours where it falls between them.

    The k-th of n values stands for p = k / (n + 1), so that of few runs the outermost are taken.
    """
    place = p * (len(ordered) + 1) - 1
    below = min(max(int(place), 0), len(ordered) - 1)
    above = min(below + 1, len(ordered) - 1)
    part = min(max(place - below, 0.0), 1.0)
    return ordered[below] * (1 - part) + ordered[above] * part


def standard_error(values: Sequence[float]) -> float:
    """Standard error of the mean of two values or more."""
    mean = fmean(values)
    return sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1) / len(values))


def t_quantile(p: float, degrees: float) -> float:
    """A quantile of Student's distribution for p > 0.5, by Cornish and Fisher's expansion.

    Off by less than 2 % from 4 degrees on at p = 0.975; with fewer it is given too small, so the exact
    values stand for those.
    """
    z = NormalDist().inv_cdf(p)
    if degrees < 1.5:
        return z * 6.48
    if degrees < 2.5:
        return z * 2.195
    if degrees < 3.5:
        return z * 1.624
    n = degrees
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / n + second / n**2 + third / n**3
