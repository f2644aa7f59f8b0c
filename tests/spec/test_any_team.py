"""Keys of a team in any combination."""

from math import inf

import hypothesis.strategies as st
from hypothesis import event, given

from brooks.core.spec import Assignment, Claims, Pacing, Team
from brooks.core.voting.rules import Rule
from brooks.errors import UsageError
from brooks.spec.building import team_of
from brooks.spec.documents import Document
from brooks.spec.presets import PRESETS
from brooks.spec.team_sections import TeamSection
from brooks.spec.teams import build_team
from brooks.spec.validation import validate_whole

SECTIONS = st.fixed_dictionaries(
    {},
    optional={
        "preset": st.sampled_from(list(PRESETS)),
        "size": st.integers(1, 5),
        "members": st.lists(
            st.fixed_dictionaries(
                {},
                optional={
                    "count": st.integers(1, 3),
                    "speed": st.sampled_from([1.0, 2.0]),
                    "group": st.sampled_from(["a", "b"]),
                    "lead": st.booleans(),
                    "joins": st.sampled_from([0.0, 5.0]),
                    "leaves": st.sampled_from([5.0, 9.0]),
                },
            ),
            min_size=1,
            max_size=3,
        ),
        "assignment": st.sampled_from(Assignment),
        "claims": st.sampled_from(Claims),
        "pacing": st.sampled_from(Pacing),
        "lease_seconds": st.sampled_from([10.0, 90.0]),
        "redundancy": st.fixed_dictionaries(
            {},
            optional={
                "replicas": st.integers(1, 6),
                "rule": st.sampled_from(Rule),
                "faulty": st.integers(0, 2),
                "byzantine": st.booleans(),
            },
        ),
        "stragglers": st.fixed_dictionaries(
            {}, optional={"backups": st.booleans(), "copies": st.integers(1, 3)}
        ),
        "failure": st.fixed_dictionaries(
            {}, optional={"suspect_seconds": st.sampled_from([0.0, 10.0, 20.0, 40.0])}
        ),
        "elastic": st.fixed_dictionaries(
            {}, optional={"least": st.integers(1, 4), "idle_seconds": st.just(5.0)}
        ),
        "messages": st.sampled_from(["none", {"topology": "gossip", "fanout": 1}]),
    },
)


FREE = {Assignment.SELF_CLAIM, Assignment.PREASSIGNED}
"""Assignments that need nobody to be refused anything."""


def team_or_refusal(values: dict[str, object]) -> Team | str:
    """What comes of a team file with these values."""
    try:
        section = validate_whole(TeamSection, Document("team", values, {}))
        team = build_team(section=section)
    except UsageError as refused:
        return str(refused)
    assert team == team_of(section)
    return team


@given(SECTIONS)
def test_whatever_is_combined_is_a_sound_team_or_is_refused_in_words(
    values: dict[str, object],
) -> None:
    """No combination of right values makes the program fail, and no team that is taken contradicts itself."""
    team = team_or_refusal(values)

    event(type(team).__name__)
    if isinstance(team, str):
        assert all(line.startswith("team: ") for line in team.splitlines())
    else:
        assert is_sound(team)


def is_sound(team: Team) -> bool:
    redundancy, failing = team.rules.redundancy, team.rules.failing
    assert 1 <= redundancy.replicas <= len(team.members)
    assert team.claims is Claims.ADVISORY or team.pacing is Pacing.ASYNC
    assert team.assignment is not Assignment.LEAD or len(team.members) > 1
    assert (failing.suspect_seconds or inf) > team.lease_seconds / 3
    assert team.rules.copies > 1 or not team.rules.stragglers.backups
    assert team.claims is Claims.LEASED or team.rules.copies == 1
    assert team.claims is Claims.LEASED or team.assignment in FREE
    assert team.elastic is None or redundancy.replicas <= team.elastic.least <= len(team.members)
    assert team.elastic is None or team.claims is Claims.LEASED
    assert any(member.leaves is None for member in team.members)
    assert len({member.id for member in team.members}) == len(team.members)
    assert all(member.leaves is None or member.leaves > member.joins for member in team.members)
    return True
