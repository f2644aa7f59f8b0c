"""What came of each cell, in a line: how many runs, how many verified, how long, how many tokens."""

from collections.abc import Sequence
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
    median_seconds: float | None
    """Of the runs that were made; None if there are none."""
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
    return CellSummary(
        project=project,
        structure=structure,
        model=model,
        faults=faults,
        team=team,
        size=size,
        runs=len(numbers),
        verified=sum(runs["verified_done"][number] is True for number in numbers) / len(numbers),
        median_seconds=median(seconds) if seconds else None,
        median_tokens=median(tokens) if tokens else None,
        dollars=sum(dollars) if dollars else None,
    )
