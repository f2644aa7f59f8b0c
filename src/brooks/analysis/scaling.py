"""Runs of teams of several sizes as series that a law of scaling can be fitted to.

A series is the runs of one team on one project. Its runs of one agent are its own; a team that was never
run with one agent has those of the preset `single`.
"""

from collections.abc import Sequence
from math import exp, log, sqrt
from statistics import fmean, variance

import polars as pl

from brooks.analysis.metrics.against_one import BASELINE_TEAM
from brooks.analysis.tables import Tables
from brooks.core.message import Message
from brooks.errors import UsageError

LEVEL = 0.95
"""Of the intervals of speedups."""
_PLACE = ("project", "structure", "model", "faults")
Row = tuple[float, float]
"""A size, and the seconds of a run or how many times as fast it was."""


class Series(Message, frozen=True, kw_only=True):
    """The runs of one team on one project that came to an end."""

    project: str
    structure: str
    model: str
    faults: str
    team: str
    parallel_fraction: float | None
    """(N - C) / N for N tasks and C on the longest chain."""
    rows: tuple[Row, ...]
    """Size and seconds of each run."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """The different sizes, smallest first."""
        return tuple(sorted({int(size) for size, _ in self.rows}))

    @property
    def title(self) -> str:
        """What it is, in words."""
        faults = f", {self.faults}" if self.faults else ""
        return f"{self.team} on {self.project}/{self.structure}, {self.model}{faults}"


class SpeedupAt(Message, frozen=True, kw_only=True):
    """How many times as fast as one agent a size was."""

    size: int
    runs: int
    value: float
    """The mean time of one agent over the mean time at this size."""
    low: float | None
    """Where its interval begins; None where a size was measured only once."""
    high: float | None


def series_of(tables: Tables, *, verified: bool = True) -> tuple[Series, ...]:
    """The series of all teams, of verified runs or of those in which all tasks were marked done."""
    runs = tables.runs.filter("verified_done" if verified else "marked_done")
    parts = runs.partition_by([*_PLACE, "team"], as_dict=True, maintain_order=True)
    found = []
    for key, part in parts.items():
        rows = _rows(part)
        if key[-1] != BASELINE_TEAM and not any(size == 1 for size, _ in rows):
            alone = parts.get((*key[:-1], BASELINE_TEAM))
            rows += () if alone is None else _rows(alone.filter(pl.col("size") == 1))
        names = dict(zip((*_PLACE, "team"), (str(value or "") for value in key), strict=True))
        fraction = part["parallel_fraction"][0]
        found.append(Series(**names, parallel_fraction=fraction, rows=rows))
    return tuple(found)


def _rows(runs: pl.DataFrame) -> tuple[Row, ...]:
    return tuple((float(size), seconds) for size, seconds in runs["size", "seconds"].rows())


def as_speedups(rows: Sequence[Row], name: str) -> list[Row]:
    """Each run's speedup against the mean of the runs of size 1.

    Raises:
        UsageError: There is none of size 1, or a run took no time.
    """
    if not any(size == 1 for size, _ in rows):
        raise UsageError(f"{name!r} has no row of size 1, which seconds are held against")
    if wrong := [seconds for _, seconds in rows if not seconds > 0]:
        raise UsageError(f"{name!r}: {wrong[0]!r} seconds: a run that ended took some")
    alone = [seconds for size, seconds in rows if size == 1]
    mean = sum(alone) / len(alone)
    return [(size, mean / seconds) for size, seconds in rows]


def speedups_at(rows: Sequence[Row]) -> tuple[SpeedupAt, ...]:
    """The speedup at each size of a series, with intervals; none where nothing has size 1.

    The ratio of mean times, as published. The interval is by the delta method on its logarithm, so that
    it does not reach below 0, with Welch's degrees of freedom.
    """
    by_size: dict[int, list[float]] = {}
    for size, seconds in sorted(rows):
        by_size.setdefault(int(size), []).append(seconds)
    alone = by_size.get(1)
    if alone is None:
        return ()
    return tuple(_at(size, seconds, alone) for size, seconds in by_size.items())


def _at(size: int, seconds: Sequence[float], alone: Sequence[float]) -> SpeedupAt:
    value = fmean(alone) / fmean(seconds)
    low: float | None
    high: float | None
    if size == 1:
        low = high = value
    elif min(len(seconds), len(alone)) < 2:
        low = high = None
    else:
        reach = _reach(seconds, alone)
        low, high = exp(log(value) - reach), exp(log(value) + reach)
    return SpeedupAt(size=size, runs=len(seconds), value=value, low=low, high=high)


def _reach(first: Sequence[float], second: Sequence[float]) -> float:
    """Half the width of the interval of the logarithm of the ratio of two means."""
    from scipy.stats import t

    squares = [variance(each) / len(each) / fmean(each) ** 2 for each in (first, second)]
    total = sum(squares)
    if not total:
        return 0.0
    counts = (len(first), len(second))
    freedom = total**2 / sum(
        square**2 / (count - 1) for square, count in zip(squares, counts, strict=True)
    )
    return float(t.ppf((1 + LEVEL) / 2, freedom)) * sqrt(total)
