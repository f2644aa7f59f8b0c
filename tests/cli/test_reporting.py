"""`brooks report`: what it is given, where the page is, what it refuses."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Brooks

MARK = "<!doctype html><!-- a page of brooks -->"


@pytest.fixture
def ran(brooks: Brooks) -> Brooks:
    """A folder with a run in it."""
    Path("tasks.yaml").write_text(TASKS, encoding="utf-8")
    assert brooks("run", "tasks.yaml", "-m", "sim:typical", "--run-id", "one", "-q").code == 0
    return brooks


TASKS = """\
project: two files
tasks:
  - id: first
    files: [first.txt]
    check: test -f first.txt
    solution: {first.txt: "1\\n"}
"""
GRID = """\
name: small
suites: [tasks.yaml]
teams: [leased]
sizes: [2]
baseline: single
models: [sim:typical]
repetitions: 2
"""


@pytest.mark.slow
def test_the_page_of_a_run_stands_beside_its_log(ran: Brooks) -> None:
    """And is said to."""
    said = ran("report", "one")

    page = Path(".brooks/runs/one/report.html")
    assert said.code == 0
    assert str(page) in said.out
    assert page.read_text(encoding="utf-8").startswith(MARK)


@pytest.mark.slow
def test_a_page_is_written_again_and_nothing_else_is_written_over(ran: Brooks) -> None:
    """A file that is none of ours stays as it is."""
    Path("mine.html").write_text("<!doctype html>my own", encoding="utf-8")

    first = ran("report", "one", "-o", "page.html")
    again = ran("report", "one", "-o", "page.html")
    refused = ran("report", "one", "-o", "mine.html")

    assert (first.code, again.code, refused.code) == (0, 0, 2)
    assert "no page of brooks" in refused.err
    assert Path("mine.html").read_text(encoding="utf-8") == "<!doctype html>my own"


@pytest.mark.slow
def test_facts_and_pictures_are_told_as_json(ran: Brooks) -> None:
    """The numbers at the top of the page, and where the files are."""
    said = ran("report", "one", "--svg", "pictures", "--json")

    facts = json.loads(said.out)
    assert facts["about"] == "run"
    assert facts["simulated"] is True
    assert facts["pictures"]
    assert all(
        Path(picture).read_text(encoding="utf-8")[:4] == "<svg" for picture in facts["pictures"]
    )


def test_what_is_nothing_is_refused(brooks: Brooks) -> None:
    """With what it could have been."""
    Path("empty").mkdir()
    Path("odd.json").write_text("[]", encoding="utf-8")

    said = [brooks("report", name) for name in ("nothing", "empty", "odd.json")]

    assert [each.code for each in said] == [2, 2, 2]
    assert "there are no runs" in said[0].err
    assert "'empty'" in said[1].err
    assert "no plan" in said[2].err


@pytest.mark.slow
def test_several_runs_are_shown_side_by_side(ran: Brooks) -> None:
    """A run that is named twice once; one to be held against beside them."""
    for name in ("two", "three"):
        ran("run", "tasks.yaml", "-m", "sim:typical", "--run-id", name, "-q")

    said = ran("report", "one", "two", "one", "--baseline", "three", "--json").json
    alone = ran("report", "one", "--baseline", "three", "--json").json

    assert said["about"] == "runs"
    assert said["page"] == "report.html"
    assert said["facts"]["runs"] == 3
    assert alone["about"] == "run"


@pytest.mark.slow
def test_a_plan_is_shown_as_it_was_printed(ran: Brooks) -> None:
    """What `brooks plan --json` says, in a file."""
    plan = ran("plan", "tasks.yaml", "-m", "sim:typical", "--seconds", "1", "--json").out
    Path("plan.json").write_text(plan, encoding="utf-8")

    said = ran("report", "plan.json", "--json").json

    assert (said["about"], said["page"]) == ("plan", "plan.html")
    assert said["simulated"] is True


@pytest.mark.slow
def test_the_page_of_a_bench_stands_in_its_folder(ran: Brooks) -> None:
    """Named by the folder or by its manifest."""
    Path("grid.yaml").write_text(GRID, encoding="utf-8")
    assert ran("bench", "grid.yaml", "-o", "results", "--yes").code == 0

    said = ran("report", "results", "--json").json
    again = ran("report", "results/manifest.json", "--json").json

    assert (said["about"], said["page"]) == ("bench", "results/report.html")
    assert again == said
