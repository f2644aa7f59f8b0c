"""The page of commands: whole, and every example on it runs."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from brooks.cli.entry import command_line
from brooks.cli.table import COMMANDS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "commands.md"
FOR_ALL = {"--help", "-h", "--json", "--runs-dir"}
"""Options that the page describes once, at its top."""
EXAMPLE = re.compile(r"^\$ brooks (?P<words>.*?)(?:\s+# exit code (?P<code>\d+))?$", re.MULTILINE)


def section(name: str) -> str:
    """What the page says about one command."""
    parts = re.split(r"^### (\w+)", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True)).get(name, "")


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_and_option_is_on_the_page(name: str) -> None:
    """A command has a section with an example, and each of its options is named there."""
    command = command_line.get_command(click.Context(command_line), name)
    assert command is not None
    options = {
        name
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for name in parameter.opts
    }

    text = section(name)

    assert f"brooks {name}" in text
    missing = [option for option in options - FOR_ALL if f"`{option}" not in text]
    assert missing == []


def test_the_page_and_the_help_have_the_same_commands() -> None:
    """Nothing on the page that is not there, in the order of the help page."""
    titles = re.findall(r"^### (\w+)", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert titles == list(COMMANDS)


@pytest.mark.slow
def test_every_example_runs(brooks: Callable[..., Any]) -> None:
    """One after the other in an empty folder, as the page says they can be."""
    examples = list(EXAMPLE.finditer(PAGE.read_text(encoding="utf-8")))

    for example in examples:
        said = brooks(*shlex.split(example["words"]))
        assert said.code == int(example["code"] or 0), (example["words"], said.err)

    assert len(examples) > 12
