"""`brooks compare`: teams on the same tasks, and the verdict."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

PAIRS = ("--pairs", "6", "--jobs", "1", "--quiet")


def test_a_team_that_is_far_faster_is_called_so(brooks: Callable[..., Any]) -> None:
    """Four agents on tasks that wait for nothing; twelve pairs are enough."""
    said = brooks(
        "compare",
        "mathlib/parallel",
        "--teams",
        "single,hybrid:4",
        "--pairs",
        "12",
        "-q",
        "--json",
    )

    [found] = json.loads(said.out)["comparisons"]
    assert said.code == 0, said.err
    assert (found["first"], found["second"], found["verdict"]) == ("hybrid:4", "single:1", "faster")
    by_time, by_tokens = found["verdicts"]
    assert by_time["ratio"] > 1.5
    assert by_time["low"] > 1
    assert by_tokens["by"] == "tokens"


def test_what_cannot_be_told_is_not_told(brooks: Callable[..., Any]) -> None:
    """Three pairs decide nothing, and the sentence says how many would."""
    said = brooks("compare", "mathlib/mixed", "--teams", "hybrid:3,hybrid:4", "--pairs", "3", "-q")

    assert said.code == 5
    assert "not decisive" in said.out
    assert "simulated models" in said.out


def test_an_elastic_team_is_told_from_one_that_has_its_most_agents(
    brooks: Callable[..., Any],
) -> None:
    """Both are hybrids of at most six; the verdict is of the one's runs against the other's."""
    teams = ("--teams", "hybrid:6,hybrid:1-6", "-o", "out")
    said = brooks("compare", "mathlib/serial", *teams, *PAIRS, "--json")

    [found] = said.json["comparisons"]
    assert (found["first"], found["second"]) == ("elastic-hybrid:1-6", "hybrid:6")
    rows = pl.read_parquet("out/runs.parquet").group_by("team").agg(pl.col("agent_seconds").mean())
    there = dict(rows.iter_rows())
    assert there["elastic-hybrid"] < 0.7 * there["hybrid"]


def test_the_same_comparison_goes_on_where_it_was(brooks: Callable[..., Any]) -> None:
    """With more pairs, those that are there are not made again; the same pairs give the same verdict."""
    words = ("compare", "mathlib/parallel", "--teams", "single,leased:3", "-j", "1", "-q", "--json")
    first = brooks(*words, "--pairs", "4")
    again = brooks(*words, "--pairs", "4")
    dry = brooks(*words, "--pairs", "5", "--dry-run")

    assert first.out == again.out
    assert json.loads(dry.out)["missing"] == 2


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (("mathlib", "--teams", "single"), "name two teams or more"),
        (("mathlib", "--teams", "hybrid:2,hybrid:2"), "names 'hybrid:2' twice"),
        (("mathlib", "--teams", "single,swarm:2"), "swarm"),
        (("nothing.yaml",), "nothing.yaml"),
        (("mathlib", "-m", "sim:nobody"), "nobody"),
    ],
)
def test_wrong_use_is_refused_before_anything_runs(
    brooks: Callable[..., Any], tmp_path: Path, words: tuple[str, ...], wrong: str
) -> None:
    """Exit code 2, and no folder is made."""
    said = brooks("compare", *words, *PAIRS)

    assert said.code == 2
    assert wrong in said.err
    assert not (tmp_path / ".brooks").exists()


def test_own_tasks_need_a_model(brooks: Callable[..., Any], tasks: Path) -> None:
    """A file of one's own without one is told how to name it."""
    text = tasks.read_text("utf-8")
    tasks.write_text("\n".join(line for line in text.splitlines() if "model:" not in line))

    said = brooks("compare", str(tasks), *PAIRS)

    assert said.code == 2
    assert "pass -m MODEL" in said.err
