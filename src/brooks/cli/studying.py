"""The published study beside a repetition of it: what `brooks bench paper` prints at its end."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from brooks.bench.experiment import read_tables
from brooks.cli.ending import results_console
from brooks.errors import UsageError

if TYPE_CHECKING:
    from brooks.bench.study.beside import Beside


def study_beside(out: Path, published: Path | None) -> "tuple[Beside, ...]":
    """Every finding of the runs in a folder of results, beside the study's own.

    Raises:
        UsageError: There are no published runs in the folder named for them.
    """
    from brooks.bench.study.beside import beside
    from brooks.log.foreign.published import read_published

    theirs = None if published is None else read_published(checked(published))
    return beside(read_tables(out), theirs)


def checked(published: Path) -> Path:
    """A folder that holds published runs.

    Raises:
        UsageError: It does not.
    """
    from brooks.log.foreign.published import is_published

    if not is_published(published):
        raise UsageError(
            f"{str(published)!r} holds no published runs: name a folder with 'runs.parquet' and "
            "'events.parquet'"
        )
    return published


def print_study(rows: "tuple[Beside, ...]", *, simulated: bool) -> None:
    """A table with a line for each finding, those that the study's figures hide below."""
    console = results_console()
    ours = "ours, simulated" if simulated else "ours"
    for is_hidden, title in ((False, "the study's findings"), (True, "what its figures hide")):
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column(title)
        for head in ("as told", "published runs", ours):
            table.add_column(head, justify="right")
        table.add_column("95 %")
        for row in rows:
            if row.is_hidden is is_hidden:
                interval = "" if row.low is None else f"{_shown(row.low)} to {_shown(row.high)}"
                values = map(_shown, (row.told, row.published, row.ours))
                table.add_row(row.name, *values, interval)
        console.print()
        console.print(table)


def study_facts(rows: "tuple[Beside, ...]") -> list[dict[str, Any]]:
    """The same as JSON values."""
    return [row._asdict() for row in rows]


def _shown(value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:.4g}"
