"""`brooks measure`: the metrics of runs, from their logs."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

RUN = ("run", "mathlib/parallel", "--checks", "modelled", "--seed", "2", "--quiet", "--run-id")


@pytest.fixture
def ran(brooks: Callable[..., Any]) -> Callable[..., Any]:
    """One agent and a team, both run."""
    brooks(*RUN, "alone", "-t", "single")
    brooks(*RUN, "team", "-t", "leased:3")
    return brooks


def test_metrics_of_several_runs_stand_side_by_side(ran: Callable[..., Any]) -> None:
    """The team's speedup is against the run of one agent that is named too."""
    said = ran("measure", "alone", "team", "--json")

    alone, team = json.loads(said.out)["runs"]
    assert said.code == 0
    assert alone["metrics"]["common_speedup"] == 1.0
    assert team["metrics"]["common_speedup"] == pytest.approx(
        alone["metrics"]["seconds"] / team["metrics"]["seconds"]
    )
    assert team["simulated"] is True
    assert len(team["tasks"]) == 20


def test_a_run_on_its_own_has_no_speedup(ran: Callable[..., Any]) -> None:
    """Unknown, and not shown; what the log tells is."""
    said = ran("measure", "team")

    assert "common_speedup" not in said.out
    assert "utilisation" in said.out
    assert "simulated: times and tokens are computed" in said.out


def test_tasks_say_what_they_waited_for(ran: Callable[..., Any]) -> None:
    """A row for each of them."""
    said = ran("measure", "team", "--metric", "seconds", "--tasks")

    assert "gram_schmidt" in said.out
    assert "dependency" in said.out
    assert "utilisation" not in said.out


def test_tables_can_be_kept(ran: Callable[..., Any], tmp_path: Path) -> None:
    """As Parquet, which others read too."""
    ran("measure", "team", "-o", "tables")

    tasks = pl.read_parquet(tmp_path / "tables" / "tasks.parquet")
    assert tasks.height == 20


def test_an_unknown_metric_is_refused_with_those_that_there_are(ran: Callable[..., Any]) -> None:
    """Exit code 2."""
    said = ran("measure", "team", "--metric", "speeed")

    assert said.code == 2
    assert "there is no metric 'speeed'" in said.err
    assert "common_speedup" in said.err
