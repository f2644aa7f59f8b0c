"""`brooks fit`: a table in, the laws that it follows out."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SECONDS = "n,seconds\n1,99\n1,101\n2,61\n2,59\n3,46\n3,47\n4,39\n4,41\n5,37\n5,35\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Seconds of runs of one to five agents."""
    path = tmp_path / "measured.csv"
    path.write_text(SECONDS)
    return path


def test_the_best_law_comes_first_and_says_what_it_expects(
    brooks: Callable[..., Any], table: Path
) -> None:
    """Near p = 0.8, so eight agents are about 3.3 times as fast."""
    said = brooks("fit", str(table), "--predict", "8", "--json")

    assert said.code == 0
    fits = json.loads(said.out)["fits"]
    assert fits[0]["law"] == "amdahl"
    assert fits[0]["parameters"]["p"]["value"] == pytest.approx(0.8, abs=0.03)
    assert fits[0]["predicted"][0]["value"] == pytest.approx(3.3, abs=0.3)
    assert [fit["aicc"] for fit in fits] == sorted(fit["aicc"] for fit in fits)


def test_the_words_name_every_law(brooks: Callable[..., Any], table: Path) -> None:
    """A line for each, and one for the prediction."""
    said = brooks("fit", str(table), "--predict", "8")

    assert "10 measurements of speedup" in said.out
    assert "Amdahl's law fits best" in said.out
    assert "at size 8" in said.out


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("n,time\n1,2\n", "no column 'seconds' or 'speedup' or 'throughput'"),
        ("agents;seconds\n1;2\n", "no column 'size' or 'n'"),
        ("n,seconds\n1,2\n2,fast\n", ":3: seconds is 'fast', which is no number"),
        ("n,seconds\n2,2\n3,1\n", "no row of size 1"),
        ("n,seconds\n1,2\n3,0\n", "0.0 seconds"),
        ("", "its columns are: none"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(
    brooks: Callable[..., Any], tmp_path: Path, text: str, wrong: str
) -> None:
    """With the file, the line where there is one, and what is wrong."""
    path = tmp_path / "wrong.csv"
    path.write_text(text)

    said = brooks("fit", str(path))

    assert said.code == 2
    assert "wrong.csv" in said.err
    assert wrong in said.err


def test_a_file_that_is_not_there_is_an_outside_error(
    brooks: Callable[..., Any], tmp_path: Path
) -> None:
    """Exit code 4, with its name."""
    said = brooks("fit", str(tmp_path / "none.csv"))

    assert said.code == 4
    assert "none.csv" in said.err


def test_the_runs_of_a_bench_are_fitted_team_by_team(
    brooks: Callable[..., Any], tmp_path: Path
) -> None:
    """Two sizes of one team against one agent of the baseline."""
    (tmp_path / "mine.yaml").write_text(
        "suites: [mathlib/parallel]\nteams: [hybrid]\nsizes: [2, 4]\nbaseline: single\n"
        "repetitions: 6\n"
    )
    made = brooks("bench", "mine.yaml", "-o", "out", "-j", "1", "--quiet", "--json")

    said = brooks("fit", "out", "--json")

    assert made.code == 0, made.err
    [fitted] = json.loads(said.out)
    assert fitted["of"] == "hybrid on mathlib/parallel, sim:typical"
    assert fitted["fits"][0]["law"] in {"amdahl", "gustafson"}
    against = json.loads(made.out)["against_baseline"]
    assert [(each["first"], each["second"]) for each in against] == [
        ("hybrid:2", "single:1"),
        ("hybrid:4", "single:1"),
    ]
    low, high = json.loads(made.out)["cells"][0]["verified_interval"]
    assert 0 < low < high <= 1


def test_a_folder_without_results_is_refused(brooks: Callable[..., Any], tmp_path: Path) -> None:
    """It says what the folder should be."""
    said = brooks("fit", str(tmp_path))

    assert said.code == 2
    assert "name the folder of an experiment" in said.err
