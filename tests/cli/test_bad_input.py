"""Whatever the user gets wrong is said clearly, ends with the right code, and leaves nothing half-made."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

Brooks = Callable[..., Any]


def write_tasks(text: str) -> None:
    Path("tasks.yaml").write_text(text, encoding="utf-8")


BAD_FILES = {
    "a: {b": "tasks.yaml:",
    "tasks: []": "there are no tasks",
    "tasks: [{id: a, depends_on: [b]}, {id: b, depends_on: [a]}]": "closes a cycle",
    "tasks: [{id: a, depends_on: [c]}]": "there is no task 'c'",
    "tasks: [{id: a}, {id: a}]": "'a' is already the id",
    "tasks: [{id: a, chek: true}]": "did you mean 'check'",
    "tasks: [{id: a, check: python -m pytest tests/test_a.py}]": "needs 'tests/test_a.py'",
    "workspace: none\ntasks: [{id: a}]": "is not there",
    "team: {preset: leesed}\ntasks: [{id: a}]": "there is no preset 'leesed'",
}


@pytest.mark.parametrize("command", ["validate", "run"])
@pytest.mark.parametrize(("text", "expected"), BAD_FILES.items())
def test_a_bad_task_file_is_explained(
    brooks: Brooks, command: str, text: str, expected: str
) -> None:
    """Cycles, unknown names, what is there twice, files that are missing: each with its line."""
    write_tasks(text)

    said = brooks(command, "tasks.yaml")

    assert said.code == 2
    assert said.err.startswith("error: tasks.yaml")
    assert expected in said.err
    assert said.out == ""
    assert not Path(".brooks").exists()


BAD_WORDS = {
    ("run", "none.yaml"): "there is no task file 'none.yaml'",
    ("run", "none"): "'none' is neither a task file nor a bundled suite",
    ("run", "mathlib/none"): "no bundled suite is called 'mathlib/none'",
    ("run", "."): "is a folder",
    ("run", "good.yaml"): "no model is named: pass -m MODEL",
    ("run", "good.yaml", "-m", "gpt-9"): "there is no model 'gpt-9'",
    ("run", "good.yaml", "-m", "sim:none"): "there is no simulated model 'none'",
    ("run", "good.yaml", "-m", "scripted:none.yaml"): "there is no script 'none.yaml'",
    ("run", "good.yaml", "-m", "recorded:none"): "there is no run 'none'",
    ("run", "good.yaml", "-m", "sim", "-t", "leesed"): "there is no preset 'leesed'",
    ("run", "good.yaml", "-m", "sim", "-t", "leased:0"): "has no size after the ':'",
    ("run", "good.yaml", "-m", "sim", "-t", "leased:2", "-n", "3"): "leave out one of the two",
    ("run", "good.yaml", "-m", "sim", "-t", "none.yaml"): "there is no team file 'none.yaml'",
    ("run", "good.yaml", "-m", "sim", "-n", "0"): "'0' is no number of agents",
    ("run", "good.yaml", "-m", "sim", "--faults", "none.yaml"): "there is no fault file",
    ("run", "good.yaml", "-m", "sim", "--faults", "faults.yaml"): "hits 'agent-9'",
    ("run", "good.yaml", "-m", "sim", "--workspace", "none"): "the workspace 'none' is not there",
    ("run", "good.yaml", "-m", "sim", "--run-id", "../up"): "cannot be a run's id",
    ("run", "good.yaml", "-m", "sim", "--run-id", "latest"): "cannot be a run's id",
    ("run", "good.yaml", "-m", "sim", "--budget-minutes", "0"): "not in the range",
    ("validate", "none.yaml"): "there is no task file 'none.yaml'",
    ("show", "latest"): "there are no runs in '.brooks/runs' yet",
    ("resume", "latest"): "there are no runs in '.brooks/runs' yet",
    ("audit", "latest"): "there are no runs in '.brooks/runs' yet",
    ("export", "latest", "--format", "xml"): "'xml' is not one of 'jsonl', 'atif', 'inspect'",
}


@pytest.mark.parametrize(("words", "expected"), BAD_WORDS.items(), ids=" ".join)
def test_bad_words_are_explained(brooks: Brooks, words: tuple[str, ...], expected: str) -> None:
    """Names that lead nowhere and values that make no sense."""
    Path("good.yaml").write_text("tasks: [{id: a, solution: {a.txt: a}}]\n")
    Path("faults.yaml").write_text("agents: [{kind: crash, agent: agent-9, at: 1}]\n")

    said = brooks(*words)

    assert said.code == 2
    assert said.err.startswith("error: ")
    assert expected in said.err
    assert said.out == ""
    assert not Path(".brooks").exists()


@pytest.mark.slow
def test_a_run_that_cannot_begin_leaves_no_folder(brooks: Brooks, tasks: Path) -> None:
    """Its workspace is larger than a run takes, which is found when it is read."""
    Path("many").mkdir()
    with Path("many/big.bin").open("wb") as file:
        file.truncate(16 * 2**20)
    for number in range(40):
        Path(f"many/{number}.bin").hardlink_to("many/big.bin")

    said = brooks("run", tasks, "-m", "sim", "--workspace", "many", "--checks", "modelled")

    assert said.code == 2
    assert "holds more than" in said.err
    assert list(Path(".brooks/runs").iterdir()) == []


def test_a_folder_of_runs_that_cannot_be_made_is_outside(brooks: Brooks, tasks: Path) -> None:
    """A file is where the folder should be; or the file system takes nothing."""
    Path("runs").write_text("")

    in_a_file = brooks("run", tasks, "-m", "sim", "--runs-dir", "runs/here")
    in_proc = brooks("run", tasks, "-m", "sim", "--runs-dir", "/proc/runs")

    assert (in_a_file.code, in_proc.code) == (4, 4)
    assert "choose another --runs-dir" in in_a_file.err
    assert "choose another --runs-dir" in in_proc.err


def test_a_name_of_several_runs_is_explained(brooks: Brooks, runs: Path) -> None:
    """Two runs whose names begin alike."""
    shutil.copytree(runs, "runs")
    shutil.copytree("runs/finished", "runs/finer")

    said = brooks("show", "fin", "--runs-dir", "runs")
    unknown = brooks("show", "fox", "--runs-dir", "runs")

    assert (said.code, unknown.code) == (2, 2)
    assert "'fin' is the beginning of 2 runs: finer, finished" in said.err
    assert "there is no run 'fox'" in unknown.err


def damaged_run(runs: Path, damage: Callable[[Path], None]) -> None:
    """A folder `runs` with a copy of the finished run, then damaged."""
    shutil.copytree(runs, "runs")
    damage(Path("runs/finished/run.db"))


def make_newer(log: Path) -> None:
    with closing(sqlite3.connect(log)) as connection, connection:
        connection.execute("UPDATE meta SET value = 99 WHERE key = 'format'")


def add_unknown_event(log: Path) -> None:
    with closing(sqlite3.connect(log)) as connection, connection:
        connection.execute("UPDATE record SET kind = 'TaskDreamt' WHERE position = 9")


def garble_event(log: Path) -> None:
    with closing(sqlite3.connect(log)) as connection, connection:
        connection.execute("UPDATE record SET data = x'7B22' WHERE position = 9")


def cut_short(log: Path) -> None:
    log.write_bytes(log.read_bytes()[:100])


def overwrite(log: Path) -> None:
    data = bytearray(log.read_bytes())
    data[4096:12288] = b"\xff" * 8192
    log.write_bytes(data)


DAMAGES = {
    make_newer: (2, "upgrade"),
    add_unknown_event: (2, "upgrade"),
    garble_event: (4, "damaged"),
    cut_short: (4, "damaged"),
    overwrite: (4, "damaged"),
}


@pytest.mark.parametrize("command", ["show", "audit", "export", "resume"])
@pytest.mark.parametrize(
    ("damage", "expected"), DAMAGES.items(), ids=lambda value: getattr(value, "__name__", "")
)
def test_a_log_that_cannot_be_read_is_explained(
    brooks: Brooks,
    runs: Path,
    command: str,
    damage: Callable[[Path], None],
    expected: tuple[int, str],
) -> None:
    """It was written by a newer program, or the disk did something to it."""
    damaged_run(runs, damage)

    said = brooks(command, "finished", "--runs-dir", "runs")

    code, word = expected
    assert said.code == code
    assert said.err.startswith("error: ")
    assert word in said.err


def test_a_damaged_log_is_left_out_of_the_list(brooks: Brooks, runs: Path) -> None:
    """One run is spoilt, and the others are still listed."""
    damaged_run(runs, cut_short)
    shutil.copytree(runs / "finished", "runs/whole")

    said = brooks("runs", "--runs-dir", "runs", "--json")

    assert said.code == 0
    assert [run["run"] for run in said.json] == ["whole"]
    assert said.err.startswith("note: finished is left out: ")


def test_a_resume_without_a_manifest_asks_where_the_files_are(brooks: Brooks, runs: Path) -> None:
    """The manifest is lost: the log can be shown, and a resume asks where the files are."""
    brooks("run", "mathlib", "--checks", "modelled", "--budget-turns", "2", "--run-id", "short")
    Path(".brooks/runs/short/manifest.json").unlink()

    shown = brooks("show", "short")
    resumed = brooks("resume", "short", "--budget-turns", "100")
    told = brooks(
        *("resume", "short", "--budget-turns", "100"),
        *("--workspace", ".brooks/runs/short/workspace"),
    )

    assert shown.code == 0
    assert resumed.code == 2
    assert "name it with --workspace" in resumed.err
    assert told.code == 0
