"""The page of experiments: its commands and its program run, and its tables are the program's."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.docs.conftest import Page, run_line, ticked

from brooks.analysis.columns import TABLES
from brooks.bench.experiment import read_manifest, read_tables
from brooks.spec.experiment.sections import ExperimentSection, RandomFaultsSection


@pytest.fixture(scope="module")
def page(read_page: Callable[[str], Page]) -> Page:
    """The page."""
    return read_page("experiments.md")


@pytest.mark.slow
def test_every_command_of_the_page_runs(page: Page, in_folder: Path) -> None:
    """One after the other in an empty folder, on the experiment that the page shows."""
    for name, text in page.files().items():
        (in_folder / name).write_text(text, encoding="utf-8")

    said = [run_line(command) for command in page.commands()]

    assert "first-look: 40 runs (20 cells x 2 repetitions)" in said[0]
    assert "40 of 40 runs are made" in said[1]
    assert '"made_now": 0' in said[2]
    assert "the tables are equal to those of" in said[3]
    manifest = in_folder / ".brooks" / "bench" / "first-look" / "manifest.json"
    past = read_manifest(manifest)
    assert past is not None
    assert past.experiment.baseline == "single:1"


@pytest.mark.slow
def test_the_program_of_the_page_runs(
    page: Page, in_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An experiment that is built in code."""
    [program] = re.findall(r"^```python\n(.*?)^```$", page.text, re.MULTILINE | re.DOTALL)

    exec(compile(program, "page", "exec"), {})  # noqa: S102 - our own page

    assert "single" in capsys.readouterr().out
    assert read_tables(in_folder / "results").runs.height == 4


def test_every_key_of_an_experiment_is_in_the_table(page: Page) -> None:
    """And the table has no others; those of drawn faults are named below it."""
    keys = {ticked(row[0])[0] for row in page.rows("key")}

    assert keys == set(ExperimentSection.model_fields)
    assert all(page.says(f"`{name}`") for name in RandomFaultsSection.model_fields)


def test_every_table_is_on_the_page(page: Page) -> None:
    """With the file that it is in."""
    files = {name for row in page.rows("file") for name in ticked(row[0])}

    assert {f"{table.name}.parquet" for table in TABLES} < files
