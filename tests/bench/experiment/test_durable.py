"""Runs that cost something: each in a folder of its own, gone on with, and paid for once."""

import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from brooks.bench.experiment import read_tables, run_experiment
from brooks.bench.experiment.results import ResultFolder
from brooks.spec.experiment import Experiment

pytestmark = pytest.mark.slow

AGENT = """\
import pathlib, sys
sys.stdin.read()
calls = pathlib.Path({calls!r})
with calls.open("a") as file:
    file.write("called\\n")
if {fails!r}:
    sys.exit("no luck")
pathlib.Path("first.txt").write_text("1")
pathlib.Path("second.txt").write_text("2")
"""


def agent(folder: Path, *, fails: bool = False) -> str:
    """A program that does both tasks, and notes that it was called."""
    path = folder / "agent.py"
    path.write_text(AGENT.format(calls=str(folder / "calls"), fails=fails))
    return f"command:{sys.executable} {path}"


def calls(folder: Path) -> int:
    """How often the program was called."""
    path = folder / "calls"
    return len(path.read_text().splitlines()) if path.exists() else 0


def test_a_run_whose_result_was_lost_is_read_from_its_log(tiny: Experiment, tmp_path: Path) -> None:
    """As when the program is killed between the run's end and the keeping of its result."""
    paid = replace(tiny, models=(agent(tmp_path),), teams=tiny.teams[:1], repetitions=1)
    out = tmp_path / "out"
    first = run_experiment(paid, out, jobs=1)
    asked = calls(tmp_path)
    [run] = ResultFolder(out).done()
    (out / "done" / f"{run}.msgpack").unlink()

    second = run_experiment(paid, out, jobs=1)

    assert (first.is_complete, second.made_now) == (True, 1)
    assert calls(tmp_path) == asked > 0
    assert first.tables == second.tables
    assert (out / "runs" / run / "run.db").is_file()
    assert read_tables(out).runs["simulated"].to_list() == [False]


def test_the_users_own_folder_is_left_alone(tiny: Experiment, tasks: Path, tmp_path: Path) -> None:
    """Every run works on a copy."""
    paid = replace(tiny, models=(agent(tmp_path),), teams=tiny.teams[:1], repetitions=1)
    before = sorted(path.name for path in tasks.parent.iterdir())

    run_experiment(paid, tmp_path / "out", jobs=1)

    assert sorted(path.name for path in tasks.parent.iterdir()) == before
    [run] = ResultFolder(tmp_path / "out").done()
    assert (tmp_path / "out" / "runs" / run / "workspace" / "second.txt").read_text() == "2"
