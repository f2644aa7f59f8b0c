"""An estimated key of a profile, and estimators that several of them share."""

from collections.abc import Sequence
from math import exp, inf, log, sqrt
from typing import TYPE_CHECKING

from brooks.core.message import Message

if TYPE_CHECKING:
    from numpy.typing import NDArray
    import numpy as np

CONFIDENCE = 0.95


class Estimate(Message, frozen=True, kw_only=True):
    """One key of a profile as runs show it."""

    key: str
    value: float
    low: float
    high: float
    """Ends of the 95 % interval."""
    count: int
    """What it rests on."""
    of: str
    """What was counted: replies, runs, agents, claims."""


class Prior(Message, frozen=True, kw_only=True):
    """One key of a profile that the runs do not show."""

    key: str
    value: float
    why: str


class Missing(Message, frozen=True, kw_only=True):
    """What would have to be there for a key, or for a profile at all."""

    keys: tuple[str, ...]
    what: str


class Goodness(Message, frozen=True, kw_only=True):
    """How well one part of a profile describes the runs."""

    what: str
    measure: str
    """KS: the largest distance of distribution functions. R2: explained share of variance. Or a median error."""
    value: float
    count: int


def share(key: str, hits: int, count: int, *, of: str) -> Estimate:
    """A probability, with Wilson's interval."""
    from scipy.stats import binomtest

    interval = binomtest(hits, count).proportion_ci(CONFIDENCE, method="wilson")
    low, high = float(interval.low), float(interval.high)
    return Estimate(key=key, value=hits / count, low=low, high=high, count=count, of=of)


def positive_coefficients(
    rows: "NDArray[np.float64]", told: "NDArray[np.float64]"
) -> tuple[list[float], list[float], float]:
    """Coefficients, none below 0, and standard errors, of the smallest relative squared error; and R2.

    Runs differ a hundredfold in tokens, so that without weights the longest alone would decide.
    """
    import numpy as np
    from scipy.optimize import nnls

    weights = 1.0 / np.maximum(told, 1.0)
    scaled = rows * weights[:, None]
    found, _ = nnls(scaled, told * weights)
    left = told - rows @ found
    free = max(1, len(told) - rows.shape[1])
    spread = float((left * weights) @ (left * weights)) / free
    inverse = np.linalg.pinv(scaled.T @ scaled)
    errors = [sqrt(max(0.0, spread * float(inverse[i, i]))) for i in range(rows.shape[1])]
    total = float(((told - told.mean()) ** 2).sum())
    return [float(one) for one in found], errors, 1.0 - float(left @ left) / total if total else 1.0


def from_log(
    key: str, logarithm: float, error: float, *, count: int, of: str, times: float = 1.0
) -> Estimate:
    """An estimate of a positive number whose logarithm was estimated."""
    reach = min(1.96 * error, 5.0) if error < inf else 5.0
    middle = exp(logarithm) * times
    return Estimate(
        key=key, value=middle, low=middle * exp(-reach), high=middle * exp(reach), count=count, of=of
    )


def distance(places: Sequence[float]) -> float:
    """Kolmogorov's distance of probabilities that should be uniform."""
    from scipy.stats import kstest

    return float(kstest(list(places), "uniform").statistic) if len(places) else 0.0


def mean_log(values: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation of logarithms."""
    logs = [log(value) for value in values]
    middle = sum(logs) / len(logs)
    return middle, sqrt(sum((one - middle) ** 2 for one in logs) / max(1, len(logs) - 1))
