"""The commands and examples of a page, and an empty folder to run them in."""

import os
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from brooks.cli.entry import command_line

DOCS = Path(__file__).resolve().parents[2] / "docs"
_BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_EXIT_CODE = re.compile(r"# exit code (\d+)$")
_VARIABLE = re.compile(r"([A-Z_]+)=(.*)")


@dataclass(frozen=True)
class Command:
    """One line of a page that begins with a dollar sign."""

    text: str
    code: int
    """The exit code that the page says it has."""


@dataclass(frozen=True)
class Page:
    """One page."""

    text: str

    def commands(self) -> Iterator[Command]:
        """Every command, in its order."""
        for block in _BLOCK.finditer(self.text):
            for line in block["text"].splitlines() if block["kind"] == "console" else ():
                assert line.startswith("$ "), line
                code = _EXIT_CODE.search(line)
                yield Command(line.removeprefix("$ "), int(code[1]) if code else 0)

    def files(self) -> dict[str, str]:
        """The examples whose first line is a comment with the name of the file."""
        found = {}
        for block in _BLOCK.finditer(self.text):
            name = re.match(r"# (\S+\.\w+)\n", block["text"])
            if name is not None:
                found[name[1]] = block["text"]
        return found

    def rows(self, heading: str) -> list[list[str]]:
        """The cells of the table whose heading begins so, without those of the heading."""
        after = self.text.split(f"\n| {heading} |", 1)[1].splitlines()[2:]
        rows = []
        for line in after:
            if not line.startswith("|"):
                break
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
        return rows

    def says(self, words: str) -> bool:
        """Whether these words are on the page, however its lines are broken."""
        return words in " ".join(self.text.split())


@pytest.fixture(scope="session")
def read_page() -> Callable[[str], Page]:
    """A page by its name."""
    return lambda name: Page((DOCS / name).read_text(encoding="utf-8"))


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, and a process that knows no key."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.endswith(("_KEY", "_TOKEN", "_BASE_URL", "_HOST")):
            monkeypatch.delenv(name)
    return tmp_path


def ticked(cell: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`]+)`", cell)


def run_line(command: Command) -> str:
    """Run a command; what it printed. Its exit code must be the one that the page says."""
    done = carry_out(command.text)
    assert done.code == command.code, f"{command.text}\n{done.output}"
    return done.output


@dataclass(frozen=True)
class Done:
    """What came of a command."""

    code: int
    output: str


def carry_out(text: str) -> Done:
    """Run a command as a shell would, `brooks` in this process."""
    words = shlex.split(text, comments=True)
    variables = {}
    while match := _VARIABLE.fullmatch(words[0]):
        variables[match[1]] = match[2]
        del words[0]
    if words[0] == "brooks":
        result = CliRunner().invoke(command_line, words[1:], env=variables)
        return Done(result.exit_code, result.output)
    shell = ["bash", "-euc", text]
    done = subprocess.run(shell, check=False, capture_output=True, text=True)  # noqa: S603 - our own page
    return Done(done.returncode, done.stdout + done.stderr)
