"""The table of a bench: a row for each cell."""

from collections.abc import Sequence

from brooks.bench.experiment import CellSummary
from brooks.report.page.contents import Cell, Grid
from brooks.report.wording import duration

_HEADS = (
    "tasks", "model", "team", "runs", "verified", "from", "to", "median time", "from", "to", "tokens",
    "dollars",
)  # fmt: skip


def cell_grid(summaries: Sequence[CellSummary], *, simulated: bool) -> Grid:
    """Every cell."""
    return Grid(
        name="cells",
        title="Cells",
        says="A row for each cell of the grid: how many runs, how many verified (Wilson's 95 % interval), "
        "the median time of all runs that were made and its interval where six runs or more give one, the "
        "median tokens of a run, and the dollars of all.",
        heads=_HEADS,
        rows=tuple(_cell_row(cell) for cell in summaries),
        simulated=simulated,
    )


def _cell_row(cell: CellSummary) -> tuple[Cell, ...]:
    tasks = f"{cell.project}/{cell.structure}" + (f", {cell.faults}" if cell.faults else "")
    low, high = cell.seconds_interval or (None, None)
    texts = (tasks, cell.model, f"{cell.team}:{cell.size}")
    return (
        *(Cell(value=text, text=text) for text in texts),
        Cell(value=cell.runs, text=str(cell.runs)),
        _share(
            cell.verified, tone="good" if cell.verified == 1 else "bad" if not cell.verified else ""
        ),
        *(_share(end, tone="quiet") for end in cell.verified_interval),
        _seconds(cell.median_seconds),
        _seconds(low),
        _seconds(high),
        _number(cell.median_tokens, "{:,.0f}"),
        _number(cell.dollars, "${:,.4g}"),
    )


def _share(value: float, *, tone: str = "") -> Cell:
    return Cell(value=value, text=f"{value:.0%}", tone=tone)


def _seconds(value: float | None) -> Cell:
    return Cell(value=value, text="-" if value is None else duration(value))


def _number(value: float | None, form: str) -> Cell:
    return Cell(value=value, text="-" if value is None else form.format(value))
