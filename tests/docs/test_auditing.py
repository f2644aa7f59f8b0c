"""The page of auditing: its commands run, its tables and numbers are the program's."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.docs.conftest import Page, run_line, ticked

from brooks.audit import Anomaly, Guarantee, Result
from brooks.audit.linearizability import MOST_STATES
from brooks.audit.report import is_declared
from brooks.core.spec import Guarantees
from brooks.log.foreign import Format, parse_history


@pytest.fixture(scope="module")
def page(read_page: Callable[[str], Page]) -> Page:
    """The page."""
    return read_page("auditing.md")


@pytest.mark.slow
def test_every_command_of_the_page_runs(page: Page, in_folder: Path) -> None:
    """One after the other in an empty folder; the last one shows the lines."""
    said = [run_line(command) for command in page.commands()]

    assert "audit of first: holds" in said[1]
    assert said[-3].startswith("audit of good.log: holds")
    assert "read nothing by process 1 (lines 3 to 4)" in said[-1]


def test_the_answers_are_the_programs(page: Page) -> None:
    """All three, in the order of the program."""
    assert [ticked(row[0]) for row in page.rows("answer")] == [[each.value] for each in Result]


def test_every_guarantee_is_in_the_table_with_what_declares_it(page: Page) -> None:
    """A part of a guarantee is judged exactly where that one is declared."""
    rows = page.rows("guarantee")
    nothing = dict.fromkeys(Guarantees.__struct_fields__, False)

    assert [ticked(row[0]) for row in rows] == [[each.value] for each in Guarantee]
    for guarantee, row in zip(Guarantee, rows, strict=True):
        always = is_declared(guarantee, Guarantees(**nothing))
        declaring = [
            name
            for name in nothing
            if is_declared(guarantee, Guarantees(**{**nothing, name: True}))
        ]
        assert row[1] == "always" if always else ticked(row[1]) == declaring


def test_every_anomaly_is_in_the_table(page: Page) -> None:
    """In the order of the program."""
    assert [ticked(row[0]) for row in page.rows("anomaly")] == [[each.value] for each in Anomaly]


def test_the_line_of_each_format_can_be_read(page: Page) -> None:
    """Each format has a row, whose line is one of that format."""
    lines = [ticked(row[1])[0] for row in page.rows("format")]

    assert [parse_history(line, file="page").format for line in lines] == list(Format)


def test_the_bound_of_the_search_is_the_programs(page: Page) -> None:
    """How many configurations are looked at."""
    assert page.says(f"{MOST_STATES:,} configurations")
