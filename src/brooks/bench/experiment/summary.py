"""What came of each cell, in a line: how many runs, how many verified, how long, how many tokens.

Intervals are at 95 %: Wilson's for the share, and two of the runs' own times for the median, which with
five runs or fewer are none.
"""

from collections.abc import Sequence
from math import isfinite
from statistics import median
from typing import Any, NamedTuple

from brooks.analysis.columns import Rows

_KEYS = ("project", "structure", "model", "faults", "team", "size")


class CellSummary(NamedTuple):
    """The runs of one cell together. Runs that could not be made are counted, and verified nothing."""

    project: str
    structure: str
    model: str
    faults: str
    team: str
    size: int
    runs: int
    verified: float
    """Share of the runs in which everything was verified."""
    verified_interval: tuple[float, float]
    median_seconds: float | None
    """Of the runs that were made; None if there are none."""
    seconds_interval: tuple[float, float] | None
    """None where so few runs bound nothing."""
    median_tokens: float | None
    dollars: float | None
    """Of all runs together; None if nothing is known."""


def summarise(rows: Rows) -> list[CellSummary]:
    """One line for each cell, in the order of the grid."""
    runs = rows["runs"]
    cells: dict[tuple[Any, ...], list[int]] = {}
    for number, key in enumerate(zip(*(runs[name] for name in _KEYS), strict=True)):
        cells.setdefault(key, []).append(number)
    return [_cell(key, numbers, runs) for key, numbers in cells.items()]


def _cell(key: tuple[Any, ...], numbers: Sequence[int], runs: dict[str, list[Any]]) -> CellSummary:
    def known(name: str) -> list[float]:
        return [runs[name][number] for number in numbers if runs[name][number] is not None]

    tokens = [
        (runs["input_tokens"][number] or 0) + (runs["output_tokens"][number] or 0)
        for number in numbers
        if runs["input_tokens"][number] is not None
    ]
    seconds, dollars = known("seconds"), known("dollars")
    project, structure, model, faults, team, size = key
    verified = sum(runs["verified_done"][number] is True for number in numbers)
    return CellSummary(
        project=project,
        structure=structure,
        model=model,
        faults=faults,
        team=team,
        size=size,
        runs=len(numbers),
        verified=verified / len(numbers),
        verified_interval=_of_share(verified, len(numbers)),
        median_seconds=median(seconds) if seconds else None,
        seconds_interval=_of_median(seconds),
        median_tokens=median(tokens) if tokens else None,
        dollars=sum(dollars) if dollars else None,
    )


def _of_share(count: int, total: int) -> tuple[float, float]:
    from brooks.bench.statistics.intervals import interval_of_share

    interval = interval_of_share(count, total)
    return interval.low, interval.high


def _of_median(values: Sequence[float]) -> tuple[float, float] | None:
    from brooks.bench.statistics.intervals import interval_of_median

    if not values:
        return None
    interval = interval_of_median(values)
    return (interval.low, interval.high) if isfinite(interval.high - interval.low) else None
