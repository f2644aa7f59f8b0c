"""The rows of all runs, joined in the order of the grid, written as tables and read back.

The tables depend on the grid and on nothing else: not on how many processes worked on it, nor on
how often it was interrupted. What a run's place in the grid is called (project, team, faults, …) is
written here, so that a renamed plan of faults needs no run to be made again.
"""

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from brooks.analysis.columns import TABLES, Rows, no_rows
from brooks.bench.experiment.grid import Grid, Planned, is_paid
from brooks.bench.experiment.results import ResultFolder, write_whole
from brooks.errors import UsageError

if TYPE_CHECKING:
    from brooks.analysis.tables import Tables

FAILED = "failed"
"""The outcome of a run that could not be made: it counts as one that failed."""


class Failed(NamedTuple):
    """A run that could not be made."""

    run: str
    text: str
    """What it was, in a few words."""
    error: str


class Joined(NamedTuple):
    """The rows of a grid, as far as it is filled."""

    rows: Rows
    hashes: Mapping[str, str]
    """A hash of the values of each table, the same whatever library wrote it."""
    done: int
    failures: tuple[Failed, ...]
    missing: int
    made_by: tuple[str, ...]
    """The versions of brooks that made the runs."""


def join(grid: Grid, folder: ResultFolder) -> Joined:
    """Put together what there is of a grid.

    Raises:
        UsageError: Some of it was made by a program with other columns.
    """
    rows = no_rows()
    hashes = {table.name: hashlib.sha256() for table in TABLES}
    done, failed = folder.done(), folder.failed()
    failures: list[Failed] = []
    made_by: dict[str, None] = {}
    count = 0
    for planned, run in zip(grid.runs, grid.ids, strict=True):
        if run in done:
            result = folder.result(run)
            found = _labelled(result.rows, grid.labels(planned))
            made_by[result.made_by] = None
            count += 1
        elif run in failed:
            failures.append(Failed(run, planned.text, folder.failure(run).error))
            found = _failed_rows(run, planned, grid)
        else:
            continue
        for name, columns in found.items():
            into = rows[name]
            for column, values in columns.items():
                into[column] += values
            hashes[name].update(msgspec.msgpack.encode(list(columns.values())))
    return Joined(
        rows=rows,
        hashes={name: each.hexdigest() for name, each in hashes.items()},
        done=count,
        failures=tuple(failures),
        missing=len(grid.runs) - count - len(failures),
        made_by=tuple(sorted(made_by)),
    )


def _labelled(rows: Rows, labels: Mapping[str, str | int]) -> Rows:
    """The rows under what the experiment calls the run's place in it."""
    runs = rows["runs"]
    count = len(runs["run"])
    return {**rows, "runs": {**runs, **{name: [value] * count for name, value in labels.items()}}}


def _failed_rows(run: str, planned: Planned, grid: Grid) -> Rows:
    """A run that could not be made: nothing was done in it, and nothing else is known."""
    rows = no_rows()
    known = {
        "run": run,
        "source": "brooks",
        "simulated": not is_paid(grid.spec_of(planned)),
        **grid.labels(planned),
        "outcome": FAILED,
        "marked_done": False,
        "verified_done": False,
    }
    for name, values in rows["runs"].items():
        values.append(known.get(name))
    return rows


def write_tables(rows: Rows, folder: Path) -> None:
    """Write the tables as Parquet files, each with a sentence on every column in its metadata."""
    from brooks.analysis.tables import Tables

    frames = Tables.of(rows).frames
    for table in TABLES:
        frame = frames[table.name]
        says = {f"column:{column.name}": column.says for column in table.columns}
        buffer = io.BytesIO()
        frame.write_parquet(buffer, compression="zstd", metadata={"says": table.says, **says})
        write_whole(folder / f"{table.name}.parquet", buffer.getvalue())
    write_whole(folder / "columns.md", columns_page().encode())


def read_tables(out: Path) -> "Tables":
    """The tables of a finished experiment.

    Raises:
        UsageError: There are none in this folder.
    """
    import polars as pl

    from brooks.analysis.tables import Tables

    paths = {table.name: out / f"{table.name}.parquet" for table in TABLES}
    for path in paths.values():
        if not path.is_file():
            raise UsageError(
                f"there is no table {str(path)!r}: name the folder of an experiment that has run"
            )
    return Tables({name: pl.read_parquet(path) for name, path in paths.items()})


def columns_page() -> str:
    """What each column of each table is, as a page."""
    lines = ["# The tables", "", "Times are log seconds from the run's start.", ""]
    for table in TABLES:
        lines += [f"## {table.name}.parquet", "", table.says, ""]
        lines += ["| column | values | meaning |", "|---|---|---|"]
        for column in table.columns:
            says = column.says.replace("|", "\\|")
            lines.append(f"| `{column.name}` | {column.kind.value} | {says} |")
        lines.append("")
    return "\n".join(lines)
