"""`brooks bench paper`: the published study repeated, and each of its findings beside ours."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SMALL = ("bench", "paper", "-m", "sim:quick", "--repetitions", "1", "-j", "1", "--quiet")


@pytest.mark.slow
def test_every_finding_stands_beside_what_the_study_tells(brooks: Callable[..., Any]) -> None:
    """One repetition with one model: ninety runs; agents that choose repeat each other's work."""
    said = brooks(*SMALL, "--json")

    study = {row["name"]: row for row in json.loads(said.out)["study"]}
    assert said.code == 0
    assert study["median_speedup_pre"]["told"] == 1.36
    assert study["median_speedup_pre"]["published"] is None
    assert study["median_speedup_pre"]["ours"] > study["median_speedup_dec"]["ours"]
    assert study["duplicate_first_writes_dec"]["is_hidden"]
    assert study["duplicate_first_writes_dec"]["ours"] > study["duplicate_first_writes_pre"]["ours"]


def test_the_grid_is_that_of_the_study(brooks: Callable[..., Any]) -> None:
    """Two modes, nine graphs, five sizes, three models, five repetitions."""
    said = brooks("bench", "paper", "--dry-run", "--json")

    assert json.loads(said.out)["planned"] == 1350


def test_published_runs_stand_beside_no_other_experiment(
    brooks: Callable[..., Any], tmp_path: Path
) -> None:
    """Wrong use, and a folder without such runs too."""
    other = brooks("bench", "mine.yaml", "--published", str(tmp_path))
    empty = brooks(*SMALL, "--published", str(tmp_path))

    assert (other.code, empty.code) == (2, 2)
    assert "is for `brooks bench paper`" in other.err
    assert "holds no published runs" in empty.err
