"""The page of exporting: its commands run, and what they write has the parts that it names."""

import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from tests.docs.conftest import Page, run_line, ticked

from brooks.cli.exporting import export_command
from brooks.log.neighbours.atif import ATIF_VERSION


@pytest.fixture(scope="module")
def page(read_page: Callable[[str], Page]) -> Page:
    """The page."""
    return read_page("exporting.md")


@pytest.mark.slow
def test_every_command_of_the_page_runs(page: Page, in_folder: Path) -> None:
    """One after the other in an empty folder."""
    pytest.importorskip("inspect_ai")
    for command in page.commands():
        run_line(command)

    solo = json.loads((in_folder / "solo.json").read_bytes())
    assert {step["source"] for step in solo["steps"]} == {
        ticked(row[0])[0] for row in page.rows("step")
    }
    assert (in_folder / "trajectories/trajectory.agent-1.json").is_file()
    (sample, _) = json.loads((in_folder / "runs.json").read_bytes())["samples"]
    for row in page.rows("part"):
        found = sample
        for name in ticked(row[0])[0].split("."):
            found = found[name]


def test_every_format_is_on_the_page(page: Page) -> None:
    """In the order of the program, and with the version that is written."""
    (kind,) = [option.type for option in export_command.params if option.name == "kind"]

    assert isinstance(kind, click.Choice)
    assert [ticked(row[0])[0] for row in page.rows("format")] == list(kind.choices)
    assert page.says(f"version {ATIF_VERSION.removeprefix('ATIF-v')}")
