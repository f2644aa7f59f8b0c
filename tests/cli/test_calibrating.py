"""`brooks calibrate`: runs in, a profile out."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

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
