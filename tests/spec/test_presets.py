"""The presets are those of the design, and what they promise follows from their rules."""

from dataclasses import fields
from typing import TypeAlias

import hypothesis.strategies as st
import pytest
from hypothesis import given

from brooks.core.spec import Assignment, Claims, Guarantees, Pacing, Scheduler
from brooks.core.team_rules import (
    Consistency,
    CutOff,
    Failing,
    Messaging,
    Redundancy,
    Rules,
    Stragglers,
    Topology,
)
from brooks.core.voting.rules import Rule
from brooks.spec.guarantees import ALL_GUARANTEES, NO_GUARANTEES, guarantees_of
from brooks.spec.presets import DEFAULT, PRESETS, Preset
from brooks.spec.teams import build_team

HUB = Messaging(topology=Topology.HUB, notes=True)
UNSENT = Messaging(topology=Topology.NONE)
UNGUARDED = Rules(consistency=Consistency.LAST_WRITER_WINS, messaging=Messaging(notes=True))
PUBLISHED = Rules(consistency=Consistency.LAST_WRITER_WINS, messaging=UNSENT)

Row: TypeAlias = tuple[str, str, str, str, Rules]
"""Assignment, scheduler, claims, pacing, and the rest."""

TABLE: dict[str, Row] = {
    "single": ("self_claim", "critical_path", "leased", "async", Rules()),
    "preassigned": ("preassigned", "critical_path", "leased", "async", Rules()),
    "leased": ("self_claim", "critical_path", "leased", "async", Rules()),
    "lead": ("lead", "critical_path", "leased", "async", Rules(messaging=HUB)),
    "hybrid": (
        "hybrid",
        "critical_path",
        "leased",
        "async",
        Rules(
            stragglers=Stragglers(stealing=True, backups=True, quantile=0.9, copies=2),
            failing=Failing(quarantine=3, stall_seconds=240.0, suspect_seconds=20.0),
        ),
    ),
    "voting": (
        "self_claim",
        "critical_path",
        "leased",
        "async",
        Rules(
            consistency=Consistency.ISOLATED,
            redundancy=Redundancy(replicas=3, rule=Rule.FIRST_VERIFIED),
        ),
    ),
    "decentralized": ("self_claim", "critical_path", "advisory", "async", UNGUARDED),
    "paper-preassigned": ("preassigned", "chains_round_robin", "advisory", "rounds", PUBLISHED),
    "paper-decentralized": ("self_claim", "critical_path", "advisory", "rounds", PUBLISHED),
}


def test_the_design_names_every_preset() -> None:
    """None is missing and none is there that the design does not know."""
    assert list(PRESETS) == list(TABLE)
    assert DEFAULT == "hybrid"


@pytest.mark.parametrize("name", TABLE)
def test_a_preset_is_as_designed(name: str) -> None:
    """Each axis has the value of the table, and the team is built of it."""
    assignment, scheduler, claims, pacing, rules = TABLE[name]

    team = build_team(name)

    assert team.preset == name
    assert team.assignment is Assignment(assignment)
    assert team.scheduler is Scheduler(scheduler)
    assert team.claims is Claims(claims)
    assert team.pacing is Pacing(pacing)
    assert team.rules == rules
    assert team.batch == (0 if name == "hybrid" else 1)
    assert len(team.members) == (1 if name == "single" else 4)


@pytest.mark.parametrize("name", TABLE)
def test_only_the_unguarded_presets_promise_nothing(name: str) -> None:
    """All guarantees are on unless a team exists to show life without them."""
    unguarded = name == "decentralized" or name.startswith("paper-")

    assert PRESETS[name].guarantees == (NO_GUARANTEES if unguarded else ALL_GUARANTEES)
    assert build_team(name).guarantees == PRESETS[name].guarantees


@pytest.mark.parametrize("name", TABLE)
def test_a_preset_can_be_as_small_as_it_says(name: str) -> None:
    """`least` is the smallest size with which nothing is refused."""
    least = PRESETS[name].least

    assert len(build_team(f"{name}:{least}").members) == least
    assert least == {"lead": 2, "voting": 3}.get(name, 1)


def test_every_field_of_a_preset_but_its_text_can_be_told_from_the_table() -> None:
    """A new field of `Preset` is looked at here."""
    assert {field.name for field in fields(Preset)} == {
        "summary",
        "size",
        "is_fixed",
        "assignment",
        "scheduler",
        "unlike",
        "claims",
        "pacing",
        "batch",
        "rules",
    }


@given(
    st.sampled_from(Claims),
    st.builds(Rules, consistency=st.sampled_from(Consistency), cut_off=st.sampled_from(CutOff)),
)
def test_guarantees_follow_from_claims_consistency_and_being_cut_off(
    claims: Claims, rules: Rules
) -> None:
    """Each rule takes away exactly the guarantee it cannot keep."""
    guarded = claims is Claims.LEASED

    assert guarantees_of(claims, rules) == Guarantees(
        one_holder=guarded and rules.cut_off is CutOff.STOP,
        dependency_order=guarded,
        no_stale_write=guarded and rules.consistency is not Consistency.LAST_WRITER_WINS,
        checked_completion=guarded,
        liveness=guarded,
    )
