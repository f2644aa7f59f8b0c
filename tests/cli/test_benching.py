"""`brooks bench`: what it prints before and after, what it asks, and what it leaves with."""

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from brooks.bench.experiment import Step
from brooks.cli.grids import BenchProgress

Brooks = Callable[..., Any]

FILE = """\
name: small
suites: [tasks.yaml]
teams: [single, leased]
sizes: [2]
repetitions: 2
"""


@pytest.fixture
def file(tasks: Path, tmp_path: Path) -> Path:
    """An experiment file of four runs."""
    path = tmp_path / "experiment.yaml"
    path.write_text(FILE)
    return path


def test_it_runs_the_grid_and_says_what_came_of_it(
    brooks: Brooks, file: Path, tmp_path: Path
) -> None:
    """The estimate on stderr, a line for each cell on stdout, and where the tables are."""
    said = brooks("bench", file, "-j", "1")

    assert said.code == 0, said.err
    assert "small: 4 runs (2 cells x 2 repetitions)" in said.err
    assert "cost    nothing: every model is simulated or scripted" in said.err
    assert [line.split()[:3] for line in said.out.splitlines()[1:3]] == [
        ["two", "files/tasks", "single:1"],
        ["two", "files/tasks", "leased:2"],
    ]
    assert "(sim:typical): times and tokens are computed, not measured" in said.out
    assert "4 of 4 runs are made; tables and manifest.json are in" in said.out
    assert (tmp_path / ".brooks" / "bench" / "small" / "runs.parquet").is_file()
    assert (tmp_path / ".brooks" / ".gitignore").read_text() == "*\n"


def test_a_dry_run_only_says_what_it_would_take(brooks: Brooks, file: Path, tmp_path: Path) -> None:
    """Nothing is written."""
    said = brooks("bench", file, "--dry-run", "-j", "2")
    as_json = brooks("bench", file, "--dry-run", "--json")

    assert said.code == 0
    assert "time    about 1 s with 2 jobs, by 1 probe run" in said.out
    assert as_json.json["planned"] == as_json.json["missing"] == 4
    assert as_json.json["dollars"] == 0
    assert not (tmp_path / ".brooks").exists()


def test_the_result_is_one_json_document(brooks: Brooks, file: Path) -> None:
    """With the cells, the failures and the hashes of the tables."""
    said = brooks("bench", file, "-j", "1", "--json", "-q")

    assert said.err == ""
    assert (said.json["planned"], said.json["done"], said.json["failures"]) == (4, 4, [])
    assert [cell["team"] for cell in said.json["cells"]] == ["single", "leased"]
    assert set(said.json["tables"]) == {"runs", "calls", "actions", "tasks", "conflicts"}


def test_the_same_command_goes_on(brooks: Brooks, file: Path) -> None:
    """With nothing left to do it is over at once."""
    brooks("bench", file, "-j", "1", "-o", "out")

    said = brooks("bench", file, "-j", "1", "-o", "out")

    assert "small: 4 runs (2 cells x 2 repetitions), 4 already made" in said.err
    assert "time" not in said.err


def test_a_manifest_is_run_again_and_compared(
    brooks: Brooks, file: Path, tasks: Path, tmp_path: Path
) -> None:
    """Equal tables are said to be equal; what differs is named, with the reason, and the code is 1."""
    brooks("bench", file, "-j", "1", "-o", "first")

    same = brooks("bench", "first/manifest.json", "-j", "1")
    tasks.write_text(tasks.read_text().replace("id: second", "id: next"))
    other = brooks("bench", "first/manifest.json", "-j", "1", "-o", "third")
    as_json = brooks("bench", "first/manifest.json", "-j", "1", "-o", "third", "--json")

    assert same.code == 0
    assert "the tables are equal to those of first/manifest.json" in same.out
    assert (tmp_path / ".brooks" / "bench" / "small-again" / "manifest.json").is_file()
    assert other.code == 1
    assert "the tables differ from those of first/manifest.json: runs" in other.out
    assert "suite 'tasks.yaml' is not as it was" in other.err
    assert as_json.json["reproduced"] is False


def test_a_manifest_is_not_run_in_its_own_folder(brooks: Brooks, file: Path) -> None:
    """All would be there already, and equal to itself."""
    brooks("bench", file, "-j", "1", "-o", "first")

    said = brooks("bench", "first/manifest.json", "-o", "first")

    assert said.code == 2
    assert "holds the results of this manifest" in said.err


def test_what_costs_money_is_asked_for(brooks: Brooks, file: Path, tmp_path: Path) -> None:
    """Where there is nobody to ask, the user has to say so beforehand."""
    file.write_text(f"{FILE}models: ['command:{sys.executable}']\n")

    said = brooks("bench", file, "-o", "out")

    assert said.code == 2
    assert f"cost    command:{sys.executable}: nobody knows its price" in said.err
    assert "these runs cost money, and there is no terminal to ask: pass --yes" in said.err
    assert not (tmp_path / "out").exists()


def test_a_wrong_file_is_told_by_its_line(brooks: Brooks, file: Path) -> None:
    """As every file of the user's."""
    file.write_text("suites: [tasks.yaml]\nteams: [nobody]\n")

    said = brooks("bench", file)

    assert said.code == 2
    assert f"{file}:2: teams[0]: there is no preset 'nobody'" in said.err


def test_progress_is_lines_where_there_is_no_terminal() -> None:
    """Now and then, with the time that is left."""
    console = Console(file=io.StringIO(), width=80)
    progress = BenchProgress(console=console)

    with progress:
        for made in (1, 2, 3):
            progress.show(Step(made=made, failed=made // 3, wanted=100, seconds=6.0 * made))

    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == "2 of 100 runs, 10 min left\n"


def test_progress_is_a_bar_on_a_terminal() -> None:
    """It is gone when the experiment is over."""
    console = Console(file=io.StringIO(), width=80, force_terminal=True, force_interactive=True)

    with BenchProgress(console=console) as progress:
        progress.show(Step(made=1, failed=1, wanted=4, seconds=2.0))

    assert isinstance(console.file, io.StringIO)
    assert "1 of 4 runs" in console.file.getvalue()


@pytest.mark.slow
def test_processes_that_run_load_no_library_with_threads() -> None:
    """Neither polars nor numpy: not for help, and not in a process that makes runs."""
    modules = "brooks.cli.benching, brooks.bench.experiment.working"
    program = f"import sys, {modules}; print(*({{'polars', 'numpy', 'scipy'}} & set(sys.modules)))"

    said = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], capture_output=True, check=True
    )

    assert said.stdout.strip() == b""
