"""The page of traces: its commands run, and its tables are those of the module with the names."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.docs.conftest import Page, run_line, ticked

from brooks.log.neighbours.following import PATIENCE
from brooks.log.neighbours.otel_names import CHECKED, Happened, Name, Operation, Ours
from brooks.log.neighbours.spans import MOST_EVENTS


@pytest.fixture(scope="module")
def page(read_page: Callable[[str], Page]) -> Page:
    """The page."""
    return read_page("traces.md")


def first_words(page: Page, heading: str) -> list[str]:
    """The first name of each row of a table."""
    return [ticked(row[0])[0].split(" ")[0] for row in page.rows(heading)]


def test_every_command_of_the_page_runs(page: Page, in_folder: Path) -> None:
    """One after the other in an empty folder; the content is there only where it is asked for."""
    for command in page.commands():
        run_line(command)

    bare, full = ((in_folder / name).read_text() for name in ("traced.jsonl", "with-content.jsonl"))
    assert len(json.loads(bare)["resourceSpans"]) == 1
    assert ("gen_ai.output.messages" in bare, "gen_ai.output.messages" in full) == (False, True)


def test_the_tables_are_the_names_that_are_written(page: Page) -> None:
    """Spans, attributes and events, each once."""
    assert first_words(page, "span") == [*map(str, Operation), *map(str, Ours)]
    assert sorted(first_words(page, "attribute")) == sorted(map(str, Name))
    assert sorted(first_words(page, "event")) == sorted(map(str, Happened))


def test_the_page_says_what_the_code_does(page: Page) -> None:
    """The day of the comparison, and the limits."""
    assert page.says(f"on {CHECKED}")
    assert page.says(f"at most {MOST_EVENTS:,} events")
    assert page.says(f"for {PATIENCE:.0f} seconds at most")
