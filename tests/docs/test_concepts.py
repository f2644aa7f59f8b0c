"""The page of concepts: every concept has a command that shows it, and its output says what the page says."""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.docs.conftest import Page, carry_out

from brooks.core.voting import chance_of_majority, effective_voters

_BLOCK = re.compile(r"^```(?P<kind>console|text)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_EXIT_CODES = re.compile(r"# exit code (\d+)(?: or (\d+))?$")
LEFT_OUT = "…"


class Step(NamedTuple):
    """A command of a section."""

    text: str
    codes: set[int]
    """Exit codes that it may have; two where the end of a run is not what the section is about."""
    lines: list[str]
    """Lines that its output has, in this order."""


@pytest.fixture(scope="module")
def page(read_page: Callable[[str], Page]) -> Page:
    """The page."""
    return read_page("concepts.md")


def sections(page: Page) -> dict[str, str]:
    """The text of each section, by its title."""
    parts = re.split(r"^## (.*)$", page.text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def steps(text: str) -> list[Step]:
    """The commands of a section; a block of text is about the command before it."""
    found: list[Step] = []
    for block in _BLOCK.finditer(text):
        lines = block["text"].splitlines()
        if block["kind"] == "text":
            found[-1].lines.extend(lines)
            continue
        for line in lines:
            assert line.startswith("$ "), line
            codes = _EXIT_CODES.search(line)
            allowed = {int(code) for code in codes.groups() if code} if codes else {0}
            found.append(Step(line.removeprefix("$ "), allowed, []))
    return found


def missing(lines: list[str], output: str) -> Iterator[str]:
    """Lines that are not in the output after the one before; an ellipsis stands for anything."""
    said = iter([" ".join(line.split()) for line in output.splitlines()])
    for line in lines:
        pieces = [re.escape(" ".join(piece.split())) for piece in line.split(LEFT_OUT)]
        wanted = re.compile(r"\s*.*\s*".join(pieces))
        if not any(wanted.search(each) for each in said):
            yield line


def facts(run: str) -> Any:
    """The summary of a run."""
    return json.loads(carry_out(f"brooks show {run} --json").output)


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_every_command_shows_what_the_page_says(
    page: Page, in_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One after the other in one folder, with the files of the page."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    for name, text in page.files().items():
        (in_folder / name).write_text(text)

    wrong = []
    for title, text in sections(page).items():
        for step in steps(text):
            done = carry_out(step.text)
            absent = list(missing(step.lines, done.output))
            if absent or done.code not in step.codes:
                wrong.append(f"{title}: {step.text}\nabsent: {absent}\n{done.code} {done.output}")
    assert wrong == [], "\n".join(wrong)

    times = {run: facts(run)["makespan_seconds"] for run in ("waited", "stolen")}
    assert times["stolen"] < times["waited"] / 4
    assert facts("batched")["requests"] < facts("singly")["requests"] / 2
    assert facts("frozen")["simulated"]


def test_every_concept_has_a_command_and_a_source(page: Page) -> None:
    """None is only talked about."""
    for title, text in sections(page).items():
        assert steps(text), title
        assert text.count("\n*Source: ") == 1, title
        assert "\nThere, " in text, title
        assert re.search(r"\sHere\b", text), title


def test_every_file_of_the_page_is_used_by_a_command(page: Page) -> None:
    """And every file that a command names is on the page, or made by a command."""
    commands = [step.text for text in sections(page).values() for step in steps(text)]

    unused = [name for name in page.files() if not any(name in text for text in commands)]

    assert unused == []


def test_the_numbers_of_a_majority_are_computed(page: Page) -> None:
    """Each is the value of the function that the section calls."""
    assert round(chance_of_majority(5, 0.7), 2) == 0.84
    assert chance_of_majority(5, 0.7, correlation=0.5) < 0.74
    assert effective_voters(5, correlation=0.5) < 2
    assert page.says("84 times in a hundred")
