"""`brooks run`: what is run when little is said, what it leaves behind, how it ends."""

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FAILING = """\
tasks:
  - {id: never, files: [never.txt], check: "false", solution: {never.txt: "x"}}
"""


@pytest.mark.slow
def test_a_task_file_runs_for_real(brooks: Callable[..., Any], tasks: Path) -> None:
    """Two tasks with real checks: their files are there, verified, and the summary says where all is."""
    said = brooks("run", tasks, "-m", "sim:typical", "--seed", "1")

    assert said.code == 0
    assert (tasks.parent / "first.txt").read_text() == "1\n"
    assert (tasks.parent / "second.txt").read_text() == "2\n"
    assert "2 of 2 tasks done, all verified" in said.out
    assert "simulated model" in said.out
    assert "simulated model sim:typical, virtual clock" in said.err
    assert str(tasks.parent) in said.out
    (run,) = (tasks.parent / ".brooks" / "runs").iterdir()
    assert f"{run.name}/run.db" in said.out
    assert not (run / "scratch").exists()


@pytest.mark.slow
def test_a_suite_runs_on_a_copy_of_its_files(brooks: Callable[..., Any], tmp_path: Path) -> None:
    """Nothing but its name is said; the model is simulated, and the files are in the run's folder."""
    said = brooks("run", "mathlib/parallel", "--checks", "modelled", "--json", "-q")

    facts = said.json
    assert said.code == 0
    assert (facts["model"], facts["clock"], facts["simulated"]) == ("sim:typical", "virtual", True)
    assert facts["tasks"]["verified"] == facts["tasks"]["total"] == 20
    workspace = tmp_path / facts["workspace"]
    assert workspace == tmp_path / facts["folder"] / "workspace"
    assert (workspace / "tests").is_dir()
    assert list(workspace.glob("*.py"))


def test_the_manifest_says_how_it_was_started(brooks: Callable[..., Any], runs: Path) -> None:
    """What must not be in the log is beside it."""
    facts = json.loads((runs / "finished" / "manifest.json").read_text())

    assert facts["tasks"] == "mathlib/mixed"
    assert (facts["team"], facts["agents"], facts["models"]) == ("leased", 3, ["sim:typical"])
    assert facts["brooks"]
    assert facts["python"]
    assert facts["platform"]
    assert facts["started"].endswith("+00:00")
    assert facts["end"]["outcome"] == "done"


def test_the_same_seed_gives_the_same_log(brooks: Callable[..., Any], tmp_path: Path) -> None:
    """Two runs of one spec under the virtual clock, with checks as many as the spec says on any machine."""
    for name in ("one", "two"):
        options = ("--checks", "modelled", "--seed", "5", "--run-id", name, "-q")
        assert brooks("run", "mathlib", *options).code == 0
        brooks("export", name, "-o", name)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_modelled_checks_leave_the_users_files_alone(
    brooks: Callable[..., Any], tasks: Path
) -> None:
    """The user has a file that a task would write; a simulation must not touch it."""
    mine = tasks.parent / "first.txt"
    mine.write_text("mine")

    said = brooks("run", tasks, "-m", "sim", "--checks", "modelled", "--seed", "1")

    assert said.code == 0
    assert mine.read_text() == "mine"
    assert not (tasks.parent / "second.txt").exists()
    assert "left as it is" in said.out


def test_tasks_without_solutions_are_simulated_with_modelled_checks(
    brooks: Callable[..., Any], tmp_path: Path
) -> None:
    """A file of bare tasks: a simulated model has nothing to write that a real check would accept."""
    Path("bare.json").write_text('{"tasks": [{"id": "a", "files": ["a.py"]}, {"id": "b"}]}')

    real = brooks("run", "bare.json", "-m", "sim")
    modelled = brooks("run", "bare.json", "-m", "sim", "--checks", "modelled", "-q")

    assert real.code == 2
    assert "2 tasks have no reference solution ('a', 'b')" in real.err
    assert "--checks modelled" in real.err
    assert modelled.code == 0
    assert not Path("a.py").exists()


@pytest.mark.slow
def test_a_run_that_fails_ends_with_1(brooks: Callable[..., Any]) -> None:
    """Its check can never pass."""
    Path("failing.yaml").write_text(FAILING)

    said = brooks("run", "failing.yaml", "-m", "sim", "-q")

    assert said.code == 1
    assert said.out.startswith("Not done (simulated): 0 of 1")
    assert "brooks resume" in said.out


def test_a_spent_budget_ends_with_3(brooks: Callable[..., Any]) -> None:
    """Three turns for twenty tasks; or a hundredth of a minute."""
    turns = brooks("run", "mathlib", "--checks", "modelled", "--budget-turns", "3", "-q")
    minutes = brooks("run", "mathlib", "--checks", "modelled", "--budget-minutes", "0.01", "-q")

    assert (turns.code, minutes.code) == (3, 3)
    assert "Out of budget" in turns.out
    assert "Out of budget" in minutes.out


def test_the_team_and_the_faults_are_the_ones_named(brooks: Callable[..., Any]) -> None:
    """A team file and a fault file, written by hand."""
    Path("team.yaml").write_text("preset: leased\nmembers: [{id: ann}, {id: bob, speed: 2}]\n")
    Path("faults.yaml").write_text("agents: [{kind: stall, agent: bob, at: 1, seconds: 5}]\n")
    options = ("-t", "team.yaml", "--faults", "faults.yaml", "--checks", "modelled")

    said = brooks("run", "mathlib", *options, "--json", "-q")

    assert said.code == 0
    assert list(said.json["agents"]) == ["ann", "bob"]
    assert said.json["faults"] == {"stall": 1}


def test_a_suite_can_be_given_a_new_folder(brooks: Callable[..., Any], tmp_path: Path) -> None:
    """The user wants the files in sight; a folder with something in it is not taken."""
    options = ("--checks", "modelled", "-q", "--workspace", "library")

    first = brooks("run", "mathlib", *options)
    second = brooks("run", "mathlib", *options)

    assert first.code == 0
    assert (tmp_path / "library" / "prime_sieve.py").is_file()
    assert second.code == 2
    assert "'library' is not an empty folder" in second.err
    assert len(list(Path(".brooks/runs").iterdir())) == 1


@pytest.mark.slow
def test_the_real_clock_is_there_too(brooks: Callable[..., Any], tasks: Path) -> None:
    """A simulated model whose seconds are cut to thousandths."""
    said = brooks("run", tasks, "-m", "sim", "--clock", "real", "--time-scale", "0.001", "--json")

    assert said.code == 0
    assert said.json["clock"] == "real"
    assert said.json["run_seconds"] < 60


def test_signals_have_their_usual_meaning_after_a_run(
    brooks: Callable[..., Any], tasks: Path
) -> None:
    """A run takes Ctrl-C for itself, and gives it back."""
    before = signal.getsignal(signal.SIGINT)

    brooks("run", tasks, "-m", "sim", "--checks", "modelled", "-q")

    assert signal.getsignal(signal.SIGINT) is before
