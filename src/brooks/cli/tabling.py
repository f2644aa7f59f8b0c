"""The five tables of runs, from their logs, and into a folder: Parquet or CSV."""

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from brooks.analysis.columns import Rows
from brooks.analysis.tabling import About, Called, rows_of
from brooks.cli.assembling import is_simulated
from brooks.cli.reading import ReadRun, read_run
from brooks.cli.writing import draft, writing
from brooks.ids import BlobHash
from brooks.log.sqlite import SqliteLog
from brooks.models.base import decode_reply
from brooks.runtime.run_folder import RunFolder

if TYPE_CHECKING:
    import polars as pl

    from brooks.analysis.tables import Tables

TABLE_KINDS = ("parquet", "csv")
"""Formats that a folder of tables is written in."""


def read_rows(folder: RunFolder) -> Rows:
    """The rows of one run's tables."""
    return rows_of_run(read_run(folder))


def rows_of_run(read: ReadRun) -> Rows:
    """The rows of the tables of a run that is read already."""
    folder = read.folder
    about = About(run=folder.id, project=read.spec.project, simulated=is_simulated(read.spec))
    with closing(SqliteLog.open_reader(folder.log)) as log:

        def calls_of(reply: BlobHash) -> list[Called]:
            return [
                Called(call.id, call.name, call.arguments.get("task"))
                for call in decode_reply(log.blob(reply)).calls
            ]

        return rows_of(read.records, read.spec, about, calls_of=calls_of)


def read_tables(folders: list[RunFolder]) -> "Tables":
    """The tables of some runs, one run after another."""
    from brooks.analysis.tables import Tables

    return Tables.joined(Tables.of(read_rows(folder)) for folder in folders)


def write_tables(tables: "Tables", folder: Path, *, kind: str = "parquet") -> list[str]:
    """Write each table into a folder, whole or not at all; the names of the files.

    CSV is UTF-8 with a row of names, a point in numbers, `true` and `false`, and nothing where a value is
    unknown; so that an empty text can be told from that, it is written as `""`.

    Raises:
        OutsideError: The folder or a file in it cannot be written.
    """
    writers: Mapping[str, Callable[[pl.DataFrame, Path], None]] = {
        "parquet": lambda frame, path: frame.write_parquet(path),
        "csv": lambda frame, path: frame.write_csv(path),
    }
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    names = []
    for name, frame in tables.frames.items():
        names.append(f"{name}.{kind}")
        with draft(folder / names[-1]) as path:
            writers[kind](frame, path)
    return names
