"""An estimated key of a profile, and estimators that several of them share."""

from collections.abc import Mapping, Sequence
from math import exp, inf, sqrt
from typing import TYPE_CHECKING, NamedTuple

from brooks.core.message import Message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ROUNDS = 6
_LEAST_SPREAD = 0.02


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
    """KS: the largest distance of two distribution functions. R2: the explained share of variance."""
    value: float
    count: int


class Shares(NamedTuple):
    """What probabilities usually are, and by how many cases that counts."""

    usual: Mapping[str, float]
    pull: float
    special: Mapping[str, float] = {}
    """Keys of which it counts by another number."""

    def share(self, key: str, hits: int, count: int, *, of: str) -> Estimate:
        """A probability, pulled to what is usual, with the interval of its beta law."""
        from scipy.stats import beta

        usual = min(max(self.usual[key], 0.001), 0.999)
        pull = self.special.get(key, self.pull)
        yes, no = hits + pull * usual, count - hits + pull * (1 - usual)
        low, high = beta.ppf((0.025, 0.975), yes, no)
        return Estimate(
            key=key, value=yes / (yes + no), low=float(low), high=float(high), count=count, of=of
        )


class Usual(NamedTuple):
    """What a number usually is, and how far it may well be from that."""

    value: float
    spread: float

    def at(self, value: float | None) -> "Usual":
        """The same spread about another value, where there is one."""
        return self if value is None else Usual(value, self.spread)


class Line(NamedTuple):
    """Coefficients, none of them below 0."""

    coefficients: tuple[float, ...]
    errors: tuple[float, ...]
    """Standard errors."""
    explained: float
    """R2."""


def positive_line(
    rows: "NDArray[np.float64]",
    told: "NDArray[np.float64]",
    usual: Sequence[Usual | None],
) -> Line:
    """The line of errors in proportion to what it says, with normal priors for some coefficients.

    Runs differ a hundredfold in tokens and seconds, so that without weights the longest alone would
    decide. Runs of one agent that all write twenty files at once do not tell what a reply takes beside
    its files; there the prior decides.
    """
    import numpy as np
    from scipy.optimize import nnls

    found = np.zeros(rows.shape[1])
    weights = 1.0 / np.maximum(told, 1.0)
    spread = 0.3
    known = [(place, one) for place, one in enumerate(usual) if one is not None]
    inverse = np.eye(rows.shape[1])
    for _ in range(_ROUNDS):
        scaled = rows * weights[:, None]
        pulls = np.zeros((len(known), rows.shape[1]))
        ends = np.zeros(len(known))
        for row, (place, one) in enumerate(known):
            pulls[row, place] = spread / one.spread
            ends[row] = one.value * spread / one.spread
        whole = np.vstack([scaled, pulls])
        found, _ = nnls(whole, np.concatenate([told * weights, ends]))
        inverse = np.linalg.pinv(whole.T @ whole)
        said = rows @ found
        weights = 1.0 / np.maximum(said, max(1.0, float(np.median(told)) / 20))
        left = (told - said) * weights
        spread = max(_LEAST_SPREAD, sqrt(float(left @ left) / max(1, len(told) - rows.shape[1])))
    errors = tuple(spread * sqrt(max(0.0, float(inverse[i, i]))) for i in range(rows.shape[1]))
    total = float(((told - told.mean()) ** 2).sum())
    explained = 1.0 - float(((told - rows @ found) ** 2).sum()) / total if total else 1.0
    return Line(tuple(map(float, found)), errors, explained)


def around(key: str, value: float, error: float, *, count: int, of: str) -> Estimate:
    """An estimate that is none below 0, with the interval of a normal one."""
    low, high = max(0.0, value - 1.96 * error), value + 1.96 * error
    return Estimate(key=key, value=value, low=low, high=high, count=count, of=of)


def from_log(
    key: str, logarithm: float, error: float, *, count: int, of: str, times: float = 1.0
) -> Estimate:
    """An estimate of a positive number whose logarithm was estimated."""
    reach = min(1.96 * error, 5.0) if error < inf else 5.0
    middle = exp(logarithm) * times
    return Estimate(
        key=key,
        value=middle,
        low=middle * exp(-reach),
        high=middle * exp(reach),
        count=count,
        of=of,
    )


def distance(places: Sequence[float]) -> float:
    """Kolmogorov's distance of probabilities that should be uniform."""
    from scipy.stats import kstest

    return float(kstest(list(places), "uniform").statistic) if len(places) else 0.0
