"""The page of teams: its examples are read, its tables are the program's."""

import re
from enum import StrEnum
from pathlib import Path

import pytest

from brooks.core.spec import Assignment, Claims, Pacing, Scheduler, Team
from brooks.core.team_rules import Consistency, CutOff, Topology
from brooks.core.voting.rules import Rule
from brooks.runtime.lead_tools import LEAD_REQUESTS
from brooks.spec.load import load_tasks
from brooks.spec.presets import PRESETS
from brooks.spec.teams import build_team
from brooks.teams.cohort import FEWEST, FIRST_GUESS, FIXED
from brooks.teams.free import REST_SECONDS
from brooks.teams.helping import SLACK
from brooks.teams.owning import HANDING_ON
from brooks.teams.pool import REPLY_SHARE
from brooks.teams.succession import MOST_BAD_TURNS, MOST_OVERLOOKED

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "teams.md").read_text()
EXAMPLES = dict(re.findall(r"```yaml\n# (\S+\.yaml)\n(.*?)```", PAGE, re.DOTALL))


def team_of(folder: Path, name: str) -> Team:
    """The team of an example, which is a team file or a task file with a team in it."""
    path = folder / name
    path.write_text(EXAMPLES[name])
    if "tasks:" in EXAMPLES[name]:
        return build_team(section=load_tasks(path).team)
    return build_team(str(path))


def ids(team: Team) -> list[str]:
    return [member.id for member in team.members]


def test_every_block_is_an_example_with_a_name() -> None:
    """Otherwise a block would be on the page that no test reads."""
    assert len(EXAMPLES) == PAGE.count("```yaml") > 0


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_a_team(tmp_path: Path, name: str) -> None:
    """A user copies it."""
    assert team_of(tmp_path, name).members


def test_the_examples_say_what_the_page_says_of_them(tmp_path: Path) -> None:
    """Names, groups, skills and times are where the words say they are."""
    unlike = team_of(tmp_path, "unlike.yaml")
    pipeline = team_of(tmp_path, "pipeline.yaml")
    hierarchy = team_of(tmp_path, "hierarchy.yaml")
    shifts = team_of(tmp_path, "shifts.yaml")
    voting = team_of(tmp_path, "voting.yaml")

    assert ids(unlike) == ["quick", "usual-1", "usual-2", "usual-3"]
    assert unlike.scheduler is Scheduler.HEFT
    assert {skill for member in pipeline.members for skill in member.skills} == {
        "design",
        "build",
        "test",
    }
    assert [member.id for member in hierarchy.members if member.lead] == ["ann", "ben", "cleo"]
    assert {member.group for member in hierarchy.members} == {"front", "back"}
    assert [(member.joins, member.leaves) for member in shifts.members] == [
        (0.0, 3600.0),
        (0.0, None),
        (0.0, None),
        (1800.0, None),
    ]
    assert (voting.rules.redundancy.replicas, voting.rules.redundancy.rule) == (5, Rule.QUORUM)


@pytest.mark.parametrize(
    "names", [Assignment, Scheduler, Claims, Pacing, Consistency, CutOff, Rule, Topology]
)
def test_every_value_of_every_axis_is_on_the_page(names: type[StrEnum]) -> None:
    """A value that nobody can find does not exist."""
    assert [name.value for name in names if f"| `{name.value}` |" not in PAGE] == []


@pytest.mark.parametrize("name", PRESETS)
def test_the_table_of_presets_is_the_programs(name: str) -> None:
    """Each cell is the value that the preset has."""
    (row,) = re.findall(rf"^\| `{name}` \| (.*) \|$", PAGE, re.MULTILINE)
    preset = PRESETS[name]

    assert [cell.strip() for cell in row.split("|")][:6] == [
        preset.assignment.value,
        preset.scheduler.value,
        preset.claims.value,
        preset.pacing.value,
        preset.rules.consistency.value,
        preset.rules.messaging.topology.value,
    ]


@pytest.mark.parametrize(
    "words",
    [
        f"counts as {HANDING_ON} of a mean task",
        f"in at most {LEAD_REQUESTS} replies",
        f"rests for {REST_SECONDS:g} seconds",
        f"{FIRST_GUESS:g} tokens at first",
    ],
)
def test_the_numbers_on_the_page_are_the_programs(words: str) -> None:
    """A number that was changed in the program and not here is wrong."""
    assert words in " ".join(PAGE.split())


def test_the_numbers_that_are_words_on_the_page_are_the_programs() -> None:
    """Three turns, half of the time, twice the pace, a good third, twice in a row, two bad turns."""
    assert (FEWEST, FIXED, SLACK, REPLY_SHARE) == (3, 0.5, 2.0, 0.35)
    assert (MOST_OVERLOOKED, MOST_BAD_TURNS) == (2, 2)
