"""`brooks export` to the formats of neighbours: a real simulated run, whole, cut off, and damaged."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.log.neighbours.atif_rules import check_trajectory

Brooks = Callable[..., Any]
SOLO = ("run", "mathlib", "-t", "single", "--checks", "modelled", "--run-id", "solo", "--quiet")


@pytest.fixture(scope="module")
def inspect_log() -> Any:
    """The library's own reader."""
    return pytest.importorskip("inspect_ai.log")


def read(path: Path) -> dict[str, Any]:
    """A trajectory in a file; it must keep the rules."""
    found: dict[str, Any] = json.loads(path.read_bytes())
    check_trajectory(found)
    return found


def cut_off(runs: Path, *, after: int) -> None:
    """A folder `runs` with a copy of the finished run that ends behind a position."""
    shutil.copytree(runs, "runs")
    with closing(sqlite3.connect("runs/finished/run.db")) as connection, connection:
        connection.execute("DELETE FROM record WHERE position > ?", (after,))


def test_a_team_is_exported_to_a_folder(brooks: Brooks, runs: Path) -> None:
    """A file for each agent and one above them; their tokens are those that the run is shown with."""
    shown = brooks("show", "finished", "--runs-dir", runs, "--json").json

    said = brooks("export", "finished", "--runs-dir", runs, "--format", "atif", "-o", "out")
    found = {path.name: read(path) for path in Path("out").iterdir()}
    root = found.pop("trajectory.json")

    assert (said.code, said.err) == (0, "4 trajectories are of finished in 'out'\n")
    assert sorted(found) == [f"trajectory.agent-{number}.json" for number in (1, 2, 3)]
    for each in found.values():
        metrics, agent = each["final_metrics"], each["agent"]["extra"]["agent"]
        assert metrics["total_prompt_tokens"] == shown["agents"][agent]["input_tokens"]
        assert metrics["total_completion_tokens"] == shown["agents"][agent]["output_tokens"]
    whole = root["final_metrics"]
    total = whole["total_prompt_tokens"] + whole["total_completion_tokens"]
    assert total == shown["spending"]["tokens"]
    assert root["extra"]["simulated"] is True
    assert "timestamp" not in root["steps"][0]


def test_a_team_is_exported_as_one_document(brooks: Brooks, runs: Path) -> None:
    """To a file and to standard output, the same bytes; the agents' trajectories are in it."""
    words = ("export", "finished", "--runs-dir", runs, "--format", "atif")
    written = brooks(*words, "-o", "run.json", "--json")
    printed = brooks(*words)
    brooks(*words, "-o", "out")

    found = read(Path("run.json"))

    assert printed.out.encode() == Path("run.json").read_bytes()
    assert written.json == {
        "format": "atif",
        "run": "finished",
        "agents": ["agent-1", "agent-2", "agent-3"],
        "file": "run.json",
        "blobs": 0,
    }
    assert found["subagent_trajectories"] == [
        read(Path(f"out/trajectory.agent-{number}.json")) for number in (1, 2, 3)
    ]


@pytest.mark.slow
def test_one_agent_is_exported_as_one_trajectory(brooks: Brooks) -> None:
    """What it was asked, answered and told, in one file, to a folder as well."""
    brooks(*SOLO)

    brooks("export", "solo", "--format", "atif", "-o", "solo.json")
    brooks("export", "solo", "--format", "atif", "-o", "out")
    found = read(Path("solo.json"))

    assert read(Path("out/trajectory.json")) == found
    assert {step["source"] for step in found["steps"]} == {"user", "agent"}
    assert found["extra"]["tasks_verified"] == found["extra"]["tasks"] == 20


@pytest.mark.parametrize("after", [38, 46, 47, 150])
def test_a_run_that_was_cut_off_is_exported_as_far_as_it_went(
    brooks: Brooks, runs: Path, inspect_log: Any, after: int
) -> None:
    """Before the first turn, behind a reply whose calls were not carried out, in the middle."""
    cut_off(runs, after=after)

    said = brooks("export", "finished", "--runs-dir", "runs", "--format", "atif", "-o", "run.json")
    graded = brooks(
        "export", "finished", "--runs-dir", "runs", "--format", "inspect", "-o", "run.eval"
    )
    log = inspect_log.read_eval_log("run.eval")

    assert (said.code, graded.code) == (0, 0)
    assert read(Path("run.json"))["extra"]["phase"] != "finished"
    assert (log.status, log.samples[0].scores["all_verified"].value) == ("started", "I")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["runs.eval", "runs.json"])
def test_runs_are_read_back_by_inspect_as_graded_samples(
    brooks: Brooks, runs: Path, inspect_log: Any, name: str
) -> None:
    """Two runs are two samples; tokens, time and grades are those that the runs are shown with."""
    shutil.copytree(runs, ".brooks/runs")
    brooks(*SOLO)

    said = brooks("export", "solo", "finished", "--format", "inspect", "-o", name, "--json")
    log = inspect_log.read_eval_log(name)

    assert said.json["samples"] == len(log.samples) == 2
    assert (log.status, log.eval.model, log.eval.metadata["simulated"]) == (
        "success", "sim:typical", True,
    )  # fmt: skip
    for sample in log.samples:
        shown = brooks("show", sample.id, "--json").json
        (usage,) = sample.model_usage.values()
        assert usage.total_tokens == shown["spending"]["tokens"]
        assert sample.total_time == shown["run_seconds"]
        assert sample.scores["verified"].value == 1.0
        assert sample.scores["all_verified"].value == "C"
        agents = {message.metadata["agent"] for message in sample.messages}
        assert len(agents) == (1 if sample.id == "solo" else 3)


@pytest.mark.parametrize("kind", ["atif", "inspect"])
def test_lost_contents_are_explained_and_nothing_is_left(
    brooks: Brooks, runs: Path, kind: str
) -> None:
    """The log's records are whole, and a content that one names is gone."""
    shutil.copytree(runs, "runs")
    with closing(sqlite3.connect("runs/finished/run.db")) as connection, connection:
        connection.execute("DELETE FROM blob")

    said = brooks("export", "finished", "--runs-dir", "runs", "--format", kind, "-o", "run.json")

    assert said.code == 4
    assert "record 1 is damaged: the content" in said.err
    assert [path.name for path in Path().iterdir()] == ["runs"]


WRONG = {
    ("--format", "inspect"): "name it with -o",
    ("--format", "inspect", "-o", "log.txt"): "and not 'log.txt'",
    ("finished", "--format", "atif"): "takes one run at a time and not 2",
    ("finished", "--format", "inspect", "-o", "log.eval"): "'finished' is named twice",
}


@pytest.mark.parametrize(("words", "expected"), WRONG.items(), ids=" ".join)
def test_what_cannot_be_is_explained(
    brooks: Brooks, runs: Path, words: tuple[str, ...], expected: str
) -> None:
    """A format that needs a file, a name of the wrong kind, runs too many."""
    said = brooks("export", "finished", *words, "--runs-dir", runs)

    assert said.code == 2
    assert expected in said.err
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(("kind", "name"), [("atif", "t.json"), ("inspect", "t.eval")])
def test_a_folder_that_is_not_there_is_outside(
    brooks: Brooks, runs: Path, kind: str, name: str
) -> None:
    """Nothing is left behind."""
    said = brooks("export", "finished", "--runs-dir", runs, "--format", kind, "-o", f"none/{name}")

    assert said.code == 4
    assert f"cannot write 'none/{name}'" in said.err
    assert not Path("none").exists()
