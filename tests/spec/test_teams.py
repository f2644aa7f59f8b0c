"""From `-t`, `-n` and sections to a team."""

from pathlib import Path

import pytest

from brooks.core.spec import (
    Assignment,
    Claims,
    Guarantees,
    Member,
    Pacing,
    Scheduler,
    Team,
)
from brooks.core.team_rules import Consistency, Messaging, Rules, Topology
from brooks.errors import UsageError
from brooks.ids import AgentId
from brooks.spec.presets import PRESETS
from brooks.spec.team_sections import MemberSection, TeamSection
from brooks.spec.teams import build_team, load_team, preset_names


def members(count: int) -> tuple[Member, ...]:
    return tuple(Member(id=AgentId(f"agent-{number}")) for number in range(1, count + 1))


@pytest.mark.parametrize(
    ("text", "team"),
    [
        ("single", Team(preset="single", members=members(1))),
        (
            "preassigned",
            Team(preset="preassigned", members=members(4), assignment=Assignment.PREASSIGNED),
        ),
        ("leased", Team(preset="leased", members=members(4))),
        ("leased:2", Team(preset="leased", members=members(2))),
        (
            "paper-preassigned:3",
            Team(
                preset="paper-preassigned",
                members=members(3),
                assignment=Assignment.PREASSIGNED,
                scheduler=Scheduler.CHAINS_ROUND_ROBIN,
                claims=Claims.ADVISORY,
                pacing=Pacing.ROUNDS,
                rules=Rules(
                    consistency=Consistency.LAST_WRITER_WINS,
                    messaging=Messaging(topology=Topology.NONE),
                ),
                guarantees=Guarantees(
                    one_holder=False,
                    dependency_order=False,
                    no_stale_write=False,
                    checked_completion=False,
                    liveness=False,
                ),
            ),
        ),
    ],
)
def test_a_preset_is_a_team(text: str, team: Team) -> None:
    """The team is the one the table of presets describes, and everything else is the default."""
    assert build_team(text) == team


def test_the_presets_are_listed() -> None:
    """`-t` takes these names."""
    assert preset_names() == (
        "single",
        "preassigned",
        "leased",
        "lead",
        "hybrid",
        "voting",
        "decentralized",
        "paper-preassigned",
        "paper-decentralized",
    )
    assert preset_names() == tuple(PRESETS)


def test_without_a_word_the_team_is_hybrid() -> None:
    """Neither the file nor the command line asks for a team."""
    assert build_team() == build_team("hybrid:4")


@pytest.mark.parametrize(
    ("text", "section", "size"),
    [
        (None, None, 7),
        ("leased", None, 7),
        ("leased:7", None, 7),
        (None, TeamSection(preset="preassigned"), 7),
        (None, TeamSection(size=7), 7),
        ("single", None, 1),
    ],
)
def test_a_number_of_agents_fills_in_a_size_that_nobody_gave(
    text: str | None, section: TeamSection | None, size: int
) -> None:
    """`-n 7` goes with any team that has no other size."""
    team = build_team(text, members=size, section=section)

    assert team.members == members(size)


@pytest.mark.parametrize(
    ("text", "section", "size", "message"),
    [
        ("leased:3", None, 2, "-n is 2 and the team has size 3: leave out one of the two"),
        (
            None,
            TeamSection(size=3),
            2,
            "-n is 2 and the team has size 3: leave out one of the two",
        ),
        (
            None,
            TeamSection(members=[MemberSection()]),
            2,
            "-n is 2 and the team has size 1: leave out one of the two",
        ),
        (
            "single",
            None,
            2,
            "-n is 2: the preset 'single' has 1 agent, not 2: use 'hybrid:2'",
        ),
        ("leased", None, 0, "team: size: 0 is too small: 1 is the least"),
        (
            "single:3",
            None,
            None,
            "team: the preset 'single' has 1 agent, not 3: use 'hybrid:3'",
        ),
        (
            "leased:x",
            None,
            None,
            "'leased:x' has no size after the ':': write one such as 'leased:3'",
        ),
        (
            "leased:",
            None,
            None,
            "'leased:' has no size after the ':': write one such as 'leased:3'",
        ),
        (
            "leased:0",
            None,
            None,
            "'leased:0' has no size after the ':': write one such as 'leased:3'",
        ),
        (
            "leasd:3",
            None,
            None,
            (
                "there is no preset 'leasd:3': did you mean 'leased'? "
                f"There are {', '.join(PRESETS)}"
            ),
        ),
        (
            "xyz",
            None,
            None,
            f"there is no preset 'xyz': There are {', '.join(PRESETS)}",
        ),
        ("leased:99999999999", None, None, "team: size: 999999999 is too large: 10000 is the most"),
    ],
)
def test_a_team_that_cannot_be_is_refused(
    text: str | None, section: TeamSection | None, size: int | None, message: str
) -> None:
    """The user is told what is wrong with `-t` and `-n`, and what to write."""
    with pytest.raises(UsageError) as raised:
        build_team(text, members=size, section=section)

    assert str(raised.value) == message


def test_a_section_says_who_the_members_are() -> None:
    """One member has a name, a model and a speed; the other takes the name of its place."""
    section = TeamSection(
        preset="leased",
        members=[MemberSection(id="ada", model="sim:fast", speed=2.0), MemberSection()],
    )

    team = build_team(section=section)

    assert team.members == (
        Member(id=AgentId("ada"), model="sim:fast", speed=2.0),
        Member(id=AgentId("agent-2")),
    )


def test_the_command_line_replaces_the_files_team_whole() -> None:
    """`-t leased` runs the plain preset, whatever the task file says."""
    section = TeamSection(preset="preassigned", size=2, batch=5)

    assert build_team("leased", section=section) == build_team("leased")


def test_settings_stand_above_the_section_and_none_leaves_them() -> None:
    """Options of the command line that were not given arrive as None."""
    section = TeamSection(batch=5, lease_seconds=10.0)

    team = build_team(section=section, batch=2, attempts=None, lease_seconds=None, rounds=7)

    assert (team.batch, team.attempts, team.lease_seconds, team.rounds) == (2, 3, 10.0, 7)


def test_a_setting_that_makes_no_sense_is_refused() -> None:
    """What comes past the file is judged like what stands in it."""
    with pytest.raises(UsageError) as raised:
        build_team("leased", lease_seconds=-1.0)

    assert str(raised.value) == "team: lease_seconds: -1.0 is too small: it must be more than 0"


def test_a_team_file_is_a_section_alone(tmp_path: Path) -> None:
    """`-t team.yaml` is told from a preset by its suffix or its slash."""
    path = tmp_path / "team.yaml"
    path.write_text("preset: preassigned\nsize: 2\nattempts: 9\n")

    team = build_team(str(path))

    assert load_team(path) == TeamSection(preset="preassigned", size=2, attempts=9)
    assert (team.preset, len(team.members), team.attempts) == ("preassigned", 2, 9)


def test_a_wrong_team_file_names_the_line(tmp_path: Path) -> None:
    """The message is as good as one about a task file."""
    path = tmp_path / "team.yaml"
    path.write_text("preset: leased\nsise: 2\n")

    with pytest.raises(UsageError) as raised:
        build_team(str(path))

    assert str(raised.value) == (
        f"{path}:2: sise: there is no key 'sise' here: did you mean 'size'?"
    )


def test_a_team_file_that_is_not_there_is_called_one(tmp_path: Path) -> None:
    """The user sees that `-t` was taken for a file."""
    with pytest.raises(UsageError, match=r"there is no team file 'teem\.yaml'"):
        build_team("teem.yaml")
