"""A command line in this process, a folder to use it in, and one finished run that all may look at."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from brooks.cli.entry import command_line

TASKS = """\
project: two files
tasks:
  - id: first
    files: [first.txt]
    check: test -f first.txt
    solution: {first.txt: "1\\n"}
  - id: second
    depends_on: [first]
    files: [second.txt]
    check: test -f second.txt
    solution: {second.txt: "2\\n"}
"""

FAULTLESS = """\
overhead_seconds: 1.0
output_tokens_per_second: 115
latency_sigma: 0.8
seconds_per_1k_input: 0.15
mistake: 0.0
repair: 1.0
stall: 0.0
stall_seconds: 0
whole_load: 0.8
thinking_tokens: 100
"""
"""How far a live run has come when it is killed is chance, and so would be what its agents then get wrong."""


@dataclass(frozen=True)
class Said:
    """What a command said and left with."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its one JSON document."""
        return json.loads(self.out)


Brooks = Callable[..., Said]


def call(*arguments: str | Path, **environment: str) -> Said:
    """Call a command in this process; a traceback in what it says fails the test."""
    result: Result = CliRunner().invoke(command_line, list(map(str, arguments)), env=environment)
    assert "Traceback" not in result.output
    return Said(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def brooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Brooks:
    """Commands called in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return call


@pytest.fixture
def tasks(tmp_path: Path) -> Path:
    """A task file of two tasks in that folder."""
    path = tmp_path / "tasks.yaml"
    path.write_text(TASKS, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of runs with one in it, `finished`: nobody may change it."""
    folder = tmp_path_factory.mktemp("shared") / "runs"
    said = call(
        *("run", "mathlib", "-t", "leased:3", "--checks", "modelled", "--seed", "2"),
        *("--run-id", "finished", "--runs-dir", folder, "--quiet"),
    )
    assert said.code == 0, said.err
    return folder
