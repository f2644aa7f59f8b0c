"""`brooks calibrate`: runs in, a profile out."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Brooks, call

from brooks.models.profile import load_profile

DATA = Path(os.environ.get("BROOKS_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")
PUBLISHED = DATA / "published"
needs_data = pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published runs are not there")
ONE = ("--only", "n=1", "--only", "suite=svgutils", "--only", "model=google_gemini-3-flash-preview")


@needs_data
@pytest.mark.slow
def test_published_runs_give_a_profile_that_can_be_used(
    brooks: Callable[..., Any], tmp_path: Path
) -> None:
    """Of one agent alone."""
    said = brooks("calibrate", PUBLISHED, *ONE, "-o", "mine.yaml")

    profile = load_profile(str(tmp_path / "mine.yaml"))
    assert said.code == 0
    assert "sim:mine.yaml" in said.err
    assert 100 < profile.file_tokens < 200
    assert 2 < profile.overhead_seconds < 5


@needs_data
@pytest.mark.slow
def test_what_is_printed_is_the_file_or_its_facts(brooks: Callable[..., Any]) -> None:
    """YAML without `-o`, and JSON where it is asked for."""
    text = brooks("calibrate", PUBLISHED, *ONE)
    facts = brooks("calibrate", PUBLISHED, *ONE, "--update", "gemini-3-flash-preview", "--json")

    assert "in teams of 1." in text.out
    assert "\nfile_tokens: " in text.out
    assert facts.json["sizes"] == [1]
    assert facts.json["profile"]["orphaned"] == pytest.approx(
        load_profile("gemini-3-flash-preview").orphaned
    )


@needs_data
@pytest.mark.slow
def test_a_page_of_plots_is_written_beside_the_profile(
    brooks: Callable[..., Any], tmp_path: Path
) -> None:
    """Over a page of ours only; another's file is refused before anything is fitted."""
    pytest.importorskip("jinja2")
    (tmp_path / "other.html").write_text("mine")

    said = brooks("calibrate", PUBLISHED, *ONE, "--page", "page.html")
    again = brooks("calibrate", PUBLISHED, *ONE, "--page", "page.html", "-o", "mine.yaml")
    refused = brooks("calibrate", PUBLISHED, *ONE, "--page", "other.html")

    assert (said.code, again.code, refused.code) == (0, 0, 2)
    assert said.out == ""
    assert "'page.html': open it in a browser" in said.err
    assert "Seconds of a reply" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "is no page of brooks" in refused.err
    assert (tmp_path / "other.html").read_text() == "mine"


@needs_data
@pytest.mark.slow
def test_too_few_runs_are_refused(brooks: Callable[..., Any]) -> None:
    """A size that nobody ran."""
    said = brooks("calibrate", PUBLISHED, "--only", "n=9")

    assert said.code == 2
    assert "0 runs with 0 replies" in said.err


@needs_data
@pytest.mark.slow
def test_a_condition_names_a_column(brooks: Callable[..., Any]) -> None:
    """And has a value."""
    for text in ("agents=1", "n"):
        said = brooks("calibrate", PUBLISHED, "--only", text)
        assert said.code == 2
        assert "NAME=VALUE" in said.err


CHECKED = tuple(f"run-{number}" for number in range(6))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with six runs of several teams, one of which failed, and one that its budget cut off."""
    folder = tmp_path_factory.mktemp("checked") / "runs"
    for number, name in enumerate(CHECKED):
        team = ("single", "leased:2", "hybrid:3")[number % 3]
        run = ("run", "mathlib", "-t", team, "--checks", "modelled", "--seed", str(number))
        said = call(*run, "--run-id", name, "--runs-dir", folder, "--quiet")
        assert said.code in {0, 1}, said.err
    cut = ("run", "mathlib", "--checks", "modelled", "--budget-turns", "2", "--quiet")
    said = call(*cut, "--run-id", "cut", "--runs-dir", folder)
    assert said.code == 3, said.err
    return folder


@pytest.mark.slow
def test_a_check_says_how_far_to_trust_the_profile(
    brooks: Brooks, made: Path, tmp_path: Path
) -> None:
    """The profile is written, and the table printed in its place; what is left out is named."""
    said = brooks(
        *("calibrate", *CHECKED, "cut", "--runs-dir", made, "--check", "-o", "mine.yaml"),
        *("--seeds", "5", "-j", "1"),
    )

    lines = said.out.splitlines()
    assert said.code == 0, said.err
    assert lines[0] == "simulated: 6 runs, 5 times each, by a profile fitted to the others"
    assert [line.split()[0] for line in lines[1:5]] == ["time", "tokens", "requests", "verified"]
    assert all(any(line.startswith(name) for line in lines) for name in CHECKED)
    assert "all these runs of a simulated model: that says" in said.out
    assert "x not all was verified, so not counted" in said.out
    assert "'cut' is not checked: it was cut off" in said.err
    assert load_profile(str(tmp_path / "mine.yaml")).file_tokens > 0
    assert max(map(len, lines)) <= 80


@pytest.mark.slow
def test_a_check_as_json_is_part_of_the_document(brooks: Brooks, made: Path) -> None:
    """Beside the profile; a run that is named twice is one."""
    said = brooks(
        *("calibrate", *CHECKED, "run-0", made / "run-1", "--runs-dir", made, "--json"),
        *("--check", "--seeds", "3", "-j", "1"),
    )

    facts = said.json
    assert facts["runs"] == 6
    assert facts["check"]["simulated"] is True
    assert facts["check"]["seeds"] == 3
    first = facts["check"]["runs"][0]
    assert (first["run"], first["team"], first["fitted_to_itself"]) == ("run-0", "single", False)
    time = first["quantities"][0]
    assert time["inside"] == (time["low"] <= time["happened"] <= time["high"])


@pytest.mark.parametrize(
    "options", [("--seeds", "5"), ("-j", "2"), ("--engine", "local"), ("--cluster", "there:6379")]
)
def test_what_is_for_a_check_is_refused_without_one(
    brooks: Brooks, options: tuple[str, ...]
) -> None:
    """Nobody would notice that it does nothing."""
    said = brooks("calibrate", "some-run", *options)

    assert said.code == 2
    assert "for --check, which simulates" in said.err


@needs_data
@pytest.mark.slow
def test_published_runs_alone_cannot_be_checked(brooks: Brooks) -> None:
    """Nobody knows what their tasks were."""
    said = brooks("calibrate", PUBLISHED, *ONE, "--check")

    assert said.code == 2
    assert "do not say what their tasks were" in said.err
