"""The page about pages: its commands run, and its table of keys is the program's."""

import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from tests.docs.conftest import Page, run_line, ticked


@pytest.fixture(scope="module")
def page(read_page: Callable[[str], Page]) -> Page:
    """The page."""
    return read_page("report.md")


@pytest.mark.slow
def test_every_command_of_the_page_runs(page: Page, in_folder: Path) -> None:
    """And leaves a page beside the run, and pictures."""
    for command in page.commands():
        run_line(command)

    assert (in_folder / ".brooks/runs/first/report.html").is_file()
    assert {file.suffix for file in (in_folder / "pictures").iterdir()} == {".svg", ".png"}


def test_the_keys_are_those_of_the_program(page: Page) -> None:
    """Each key that the page names is one that zooms."""
    program = files("brooks.report.page").joinpath("plots.js").read_text(encoding="utf-8")
    (table,) = re.findall(r"^const KEYS = \{(.*?)^\};", program, re.MULTILINE | re.DOTALL)
    named = [key for row in page.rows("to do this") for key in ticked(row[2])]

    assert named == ["+", "-", "0"]
    assert all(f'"{key}":' in table or f"  {key}:" in table for key in named)
    assert "ArrowLeft:" in table
