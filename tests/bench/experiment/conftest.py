"""Small experiments: two tasks, a simulated model, runs of a few milliseconds."""

from collections.abc import Callable
from pathlib import Path

import pytest

from brooks.spec.experiment import Experiment, SuiteChoice, TeamChoice
from brooks.spec.teams import build_team

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

Choose = Callable[[str], TeamChoice]


@pytest.fixture
def choose() -> Choose:
    """Gives a team as `-t` takes it, under its preset's name."""

    def team(text: str) -> TeamChoice:
        return TeamChoice(name=text.partition(":")[0], team=build_team(text))

    return team


@pytest.fixture
def tasks(tmp_path: Path) -> Path:
    """A task file of two tasks in a folder of its own."""
    folder = tmp_path / "project"
    folder.mkdir()
    path = folder / "tasks.yaml"
    path.write_text(TASKS)
    return path


@pytest.fixture
def tiny(tasks: Path, choose: Choose) -> Experiment:
    """Two teams, two repetitions, one task file: four runs."""
    return Experiment(
        name="tiny",
        suites=(SuiteChoice(name="tiny", path=str(tasks)),),
        teams=(choose("single"), choose("leased:2")),
        repetitions=2,
    )
