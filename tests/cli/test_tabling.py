"""`brooks export` to tables: Parquet and CSV, of one run or several."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from brooks.analysis.columns import TABLES
from brooks.analysis.tables import schema

Brooks = Callable[..., Any]
NAMES = [table.name for table in TABLES]


def export(brooks: Brooks, runs: Path, kind: str, *more: str | Path) -> Any:
    """The finished run's tables, in the folder `out`."""
    words = ("--runs-dir", runs, "--format", kind, "-o", "out")
    return brooks("export", "finished", *more, *words, "--json")


def test_tables_are_written_as_csv(brooks: Brooks, runs: Path) -> None:
    """UTF-8, a row of names, nothing where a value is unknown; read back they are the Parquet's values."""
    said = export(brooks, runs, "csv")
    brooks("measure", "finished", "--runs-dir", runs, "-o", "parquet")

    assert (said.code, said.json["files"]) == (0, [f"{name}.csv" for name in NAMES])
    for table in TABLES:
        frame = pl.read_csv(f"out/{table.name}.csv", schema=schema(table))
        assert_frame_equal(frame, pl.read_parquet(f"parquet/{table.name}.parquet"))
    with Path("out/runs.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["run"], row["simulated"], row["told_claims_refused"]) == ("finished", "true", "")


def test_both_commands_write_the_same_parquet(brooks: Brooks, runs: Path) -> None:
    """`export --format parquet` and `measure -o` are one thing."""
    export(brooks, runs, "parquet")
    brooks("measure", "finished", "--runs-dir", runs, "-o", "measured")

    for name in NAMES:
        assert_frame_equal(
            pl.read_parquet(f"out/{name}.parquet"), pl.read_parquet(f"measured/{name}.parquet")
        )


def test_several_runs_are_rows_of_the_same_tables(brooks: Brooks, runs: Path) -> None:
    """One after another, told apart by `run`."""
    brooks("run", "mathlib", "-t", "single", "--checks", "modelled", "--run-id", "solo", "--quiet")

    said = export(brooks, runs, "parquet", Path(".brooks/runs/solo"))

    assert said.json["runs"] == ["finished", "solo"]
    for name in ("runs", "calls", "tasks"):
        found = pl.read_parquet(f"out/{name}.parquet")["run"].unique(maintain_order=True)
        assert found.to_list() == ["finished", "solo"]


def test_tables_go_into_a_folder(brooks: Brooks, runs: Path) -> None:
    """Without one, and with a file in its place, it says so and writes nothing."""
    Path("out").write_text("a file")

    named = export(brooks, runs, "csv")
    unnamed = brooks("export", "finished", "--runs-dir", runs, "--format", "csv")

    assert (named.code, unnamed.code) == (2, 2)
    assert "'out' is a file: name one with -o" in named.err
    assert "a file for each table: name one with -o" in unnamed.err


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_table_is_written_whole_or_not_at_all(brooks: Brooks, runs: Path, kind: str) -> None:
    """A folder stands where a table is to be; no draft is left."""
    Path(f"out/runs.{kind}").mkdir(parents=True)

    said = export(brooks, runs, kind)

    assert said.code == 4
    assert "cannot write" in said.err
    assert [path.name for path in Path("out").iterdir()] == [f"runs.{kind}"]
