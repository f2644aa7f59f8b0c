"""`brooks import` on made-up published runs: what it prints, writes, and says of files that are none."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.log.foreign.published_kit import asked, did, happened, replied, run, tested, write

from brooks.analysis.columns import TABLES
from brooks.analysis.tables import Tables
from brooks.bench.study.figures import FIGURES
from brooks.cli.options import Exit

Brooks = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two models, one mode that is the study's and one that is nobody's; 30 s alone are 10 s for two."""
    runs = [
        run("one", wall_clock_seconds=30.0),
        run("two", wall_clock_seconds=10.0, n_teammates=2),
        run("new", model_dir="acme_model-9", mode="swarm", success=False),
    ]
    story = (asked(1, 1), replied(2, 1, "Dev1"), did("edit_file", 3, 1, path="f"), tested(4, 1, 0))
    events = [event for each in runs for event in happened(each["run_dir"], *story)]
    return write(tmp_path / "published", runs, events)


def test_it_prints_what_it_found(brooks: Brooks, folder: Path) -> None:
    """A head that says what was read, the study's findings, and what they hide; unknown as such."""
    said = brooks("import", folder)

    assert (said.code, said.err) == (Exit.DONE, "")
    lines = said.out.splitlines()
    assert lines[:5] == [
        "3 runs of acme_model-9, model",
        "in the modes preassign_nolead, swarm",
        "3 replies, 6 actions",
        "",
        "what the study reports, computed again:",
    ]
    found = {line.split()[0]: line.split()[1] for line in lines[5:] if line.startswith("  ")}
    assert found["median_speedup_pre"] == "3"
    assert found["median_speedup_dec"] == "unknown"
    assert found["share_verified_of_done_pre"] == "1"
    assert found["failed_runs"] == "1"
    assert "what its figures hide:" in lines


def test_it_prints_one_document(brooks: Brooks, folder: Path) -> None:
    said = brooks("import", folder, "--json")

    assert (said.code, said.err) == (Exit.DONE, "")
    assert {
        name: said.json[name] for name in ("runs", "replies", "actions", "models", "modes")
    } == {
        "runs": 3,
        "replies": 3,
        "actions": 6,
        "models": ["acme_model-9", "model"],
        "modes": ["preassign_nolead", "swarm"],
    }
    assert said.json["findings"][0] == {
        "name": "median_speedup_pre",
        "value": 3.0,
        "says": "n > 1, 1 runs",
        "low": None,
        "high": None,
    }
    assert "failed_runs" in [each["name"] for each in said.json["hidden"]]


def test_it_writes_tables_figures_and_findings(brooks: Brooks, folder: Path) -> None:
    """The tables can be read again as tables; what is unknown is an empty field."""
    said = brooks("import", folder, "-o", "here/out")

    out = Path("here/out")
    assert said.err == "tables, figures and findings are in 'here/out'\n"
    assert {path.name for path in out.iterdir()} == {
        *(f"{table.name}.parquet" for table in TABLES),
        *(f"{name}.csv" for name in FIGURES),
        "findings.csv",
        "hidden.csv",
    }
    again = Tables({table.name: pl.read_parquet(out / f"{table.name}.parquet") for table in TABLES})
    assert again.runs["run"].to_list() == ["one", "two", "new"]
    with (out / "findings.csv").open(newline="") as file:
        found = {row["finding"]: row["value"] for row in csv.DictReader(file)}
    assert (found["median_speedup_pre"], found["median_speedup_dec"]) == ("3.0", "")


def test_the_same_files_give_the_same_output(brooks: Brooks, folder: Path) -> None:
    first, second = (brooks("import", folder, "-o", name) for name in ("first", "second"))

    assert first.out == second.out
    for path in Path("first").iterdir():
        assert path.read_bytes() == Path("second", path.name).read_bytes(), path.name


def test_a_folder_without_published_runs_is_a_misuse(brooks: Brooks, tmp_path: Path) -> None:
    """An empty folder, one that is not there, and a file."""
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "nowhere", tmp_path / "file"):
        said = brooks("import", path)

        assert said.code == Exit.USAGE
        assert f"{str(path)!r} holds no published runs" in said.err
        assert said.out == ""


def test_runs_of_no_mode_of_the_study_are_a_misuse(brooks: Brooks, tmp_path: Path) -> None:
    said = brooks("import", write(tmp_path / "x", [run("r", mode="swarm")], happened("r")))

    assert said.code == Exit.USAGE
    assert "their teams are: 'swarm'" in said.err


def test_a_damaged_file_is_named(brooks: Brooks, folder: Path) -> None:
    (folder / "events.parquet").write_bytes(b"PAR1")

    said = brooks("import", folder)

    assert said.code in {Exit.USAGE, Exit.OUTSIDE}
    assert "events.parquet" in said.err


def test_a_missing_column_is_named(brooks: Brooks, folder: Path) -> None:
    path = folder / "runs.parquet"
    pl.read_parquet(path).drop("rep").write_parquet(path)

    said = brooks("import", folder)

    assert said.code == Exit.USAGE
    assert "has no column 'rep'" in said.err


def test_an_output_that_cannot_be_written_is_named(brooks: Brooks, folder: Path) -> None:
    """The folder to write into is a file."""
    Path("taken").write_text("")

    said = brooks("import", folder, "-o", "taken")

    assert said.code in {Exit.USAGE, Exit.OUTSIDE}
    assert "'taken'" in said.err
