"""How long replies take: overhead, speed, and how much both vary.

The time that a run's writing replies took together is regressed on their number and on the run's output
tokens: the overhead and the speed. How much they vary shows in single replies. One that writes w files
takes an overhead, lognormal about its mean, and the time for its tokens, lognormal about theirs; the sum
is taken for lognormal with the sum's mean and variance (Fenton 1960), and the spread of the output is the
most probable one, given that of the overhead and what is usual. One spread for all would be wrong: the
time of one file varies by half
and that of twenty by a tenth. Every run counts once, however long it was, and where some runs dealt their
tasks only those count, as for the tokens of a file. A reply that writes nothing has a mean of its own and
the spread of the overhead; one that begins with nothing thinks, and is left out. Replies beyond `STALLED`
hung and are left out too.
"""

from collections.abc import Mapping
from math import log
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from brooks.plan.calibrating.estimate import (
    Estimate,
    Goodness,
    Usual,
    around,
    distance,
    from_log,
    positive_line,
)
from brooks.plan.calibrating.replies import DEALT, Replies

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STALLED = 180.0
"""Seconds beyond which a reply hung."""
LEAST = 20
"""Replies that write files below which nothing is said."""
LEAST_RUNS = 5
OVERHEAD = Usual(2.0, 1.0)
"""Seconds of a reply beside its tokens."""
SPREAD = Usual(log(0.2), 0.3)
"""What the logarithm of the spread of output usually is."""
OVERHEAD_SIGMA = 0.65
"""The spread of the overhead: replies hardly tell it from that of output, so it is the same for all."""
IDLE = 4.0
"""Seconds of a reply that writes nothing."""
PULL = 10.0
"""Replies that write nothing beside which what is usual counts as much."""
MOST_SPEED = 1e4


class Timing(NamedTuple):
    """What was found."""

    estimates: tuple[Estimate, ...]
    goodness: tuple[Goodness, ...]


def fit_timing(
    replies: Replies, like: Mapping[str, float], *, beside: float, a_file: float
) -> Timing | None:
    """Fit it, given the tokens of a reply beside its files and of a file; None where there is too little."""
    timed = replies.each.filter((pl.col("seconds") > 0) & (pl.col("seconds") <= STALLED))
    timed = timed.with_columns(weight=1.0 / pl.len().over("run"))
    writing = timed.filter(pl.col("writes") > 0)
    idle = timed.filter((pl.col("writes") == 0) & (pl.col("place") > 1))
    runs = run_rows(replies, writing)
    if len(writing) < LEAST or len(runs) < LEAST_RUNS:
        return None
    rows = runs.select("replies", "output_tokens").to_numpy().astype(float)
    told = runs["seconds"].to_numpy()
    usual = OVERHEAD.at(like.get("overhead_seconds"))
    (overhead, a_token), errors, explained = positive_line(rows, told, (usual, None))
    overhead, a_token = max(overhead, 0.1), max(a_token, 1.0 / MOST_SPEED)
    dealt = writing.filter(pl.col("team").is_in(list(DEALT)))
    single = dealt if len(dealt) >= LEAST else writing
    tokens = beside + a_file * single["writes"].to_numpy()
    (spread, error), places = _spread(
        overhead,
        tokens * a_token,
        single["seconds"].to_numpy(),
        single["weight"].to_numpy(),
    )
    estimates = [
        around("overhead_seconds", overhead, errors[0], count=len(runs), of="runs"),
        _speed(a_token, errors[1], len(runs)),
        from_log("output_sigma", spread, error, count=len(single), of="replies"),
    ]
    if len(idle):
        waits = idle["seconds"].to_numpy()
        usual_wait = like.get("idle_seconds", IDLE)
        mean = (float(waits.sum()) + PULL * usual_wait) / (len(waits) + PULL)
        error = float(waits.std()) / (len(waits) + PULL) ** 0.5
        estimates.append(around("idle_seconds", mean, error, count=len(idle), of="replies"))
    return Timing(
        tuple(estimates),
        (
            Goodness(what="time of a run's writing replies", measure="R2", value=explained, count=len(runs)),
            Goodness(what="time of a writing reply", measure="KS", value=places, count=len(single)),
        ),
    )  # fmt: skip


def run_rows(replies: Replies, writing: pl.DataFrame) -> pl.DataFrame:
    """One row a run without a stall: its writing replies, their seconds, its output tokens."""
    hung = replies.each.filter(pl.col("seconds") > STALLED).select("run").unique()
    sums = writing.group_by("run").agg(pl.len().alias("replies"), pl.col("seconds").sum())
    told = replies.runs.select("run", "output_tokens").drop_nulls()
    return sums.join(told, on="run").join(hung, on="run", how="anti").sort("run")


def _spread(
    overhead: float,
    writing: "NDArray[np.float64]",
    seconds: "NDArray[np.float64]",
    weights: "NDArray[np.float64]",
) -> tuple[tuple[float, float], float]:
    """Logarithm of the spread of output with its standard error, and how far the law is from the replies."""
    import numpy as np
    from scipy.optimize import minimize
    from scipy.stats import norm

    mean = overhead + writing
    scaled = weights * len(weights) / weights.sum()

    def moments(at: "NDArray[np.float64]") -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
        own, wordy = OVERHEAD_SIGMA, np.exp(at[0])
        variance = overhead**2 * np.expm1(own**2) + writing**2 * np.expm1(wordy**2)
        ln_variance = np.log1p(variance / mean**2)
        return np.log(mean) - ln_variance / 2, np.sqrt(ln_variance)

    def surprise(at: "NDArray[np.float64]") -> float:
        middle, spread = moments(at)
        usual = float(norm.logpdf(at[0], SPREAD.value, SPREAD.spread))
        return -float((scaled * norm.logpdf(np.log(seconds), middle, spread)).sum() + usual)

    bounds = [(-3.0, 0.0)]
    found = minimize(surprise, [-1.2], method="L-BFGS-B", bounds=bounds)
    errors = np.sqrt(np.maximum(np.diag(found.hess_inv.todense()), 0.0))
    middle, spread = moments(found.x)
    places = distance(norm.cdf(np.log(seconds), middle, spread))
    return (float(found.x[0]), float(errors[0])), places


def _speed(a_token: float, error: float, count: int) -> Estimate:
    low, high = 1.0 / (a_token + 1.96 * error), 1.0 / max(a_token - 1.96 * error, 1.0 / MOST_SPEED)
    return Estimate(
        key="output_tokens_per_second", value=1.0 / a_token, low=low, high=high, count=count, of="runs"
    )  # fmt: skip
