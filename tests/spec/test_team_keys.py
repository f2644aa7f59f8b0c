"""Every key of a team arrives where the program looks for it."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from brooks.core.message import Message
from brooks.core.spec import (
    Assignment,
    Claims,
    Elastic,
    Guarantees,
    Member,
    Pacing,
    Scheduler,
    Team,
)
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
from brooks.ids import AgentId
from brooks.spec.guarantees import NO_GUARANTEES
from brooks.spec.load import load_tasks
from brooks.spec.rule_sections import (
    ElasticSection,
    FailureSection,
    MessagingSection,
    RedundancySection,
    StragglersSection,
)
from brooks.spec.section import Section
from brooks.spec.team_sections import MemberSection, TeamSection
from brooks.spec.teams import build_team

LEASED = build_team("leased")


def team_in(folder: Path, text: str) -> Team:
    path = folder / "team.yaml"
    path.write_text(text)
    return build_team(str(path))


def rules(**changed: object) -> Team:
    return replace(LEASED, rules=replace(LEASED.rules, **changed))


KEYS = {
    "assignment: hybrid": replace(LEASED, assignment=Assignment.HYBRID),
    "assignment: lead": replace(LEASED, assignment=Assignment.LEAD),
    "assignment: preassigned": replace(LEASED, assignment=Assignment.PREASSIGNED),
    "assignment: self_claim": LEASED,
    **{f"scheduler: {scheduler}": replace(LEASED, scheduler=scheduler) for scheduler in Scheduler},
    "batch: 3": replace(LEASED, batch=3),
    "batch: 0": replace(LEASED, batch=0),
    "claims: leased": LEASED,
    "claims: advisory": replace(LEASED, claims=Claims.ADVISORY, guarantees=NO_GUARANTEES),
    "claims: advisory\npacing: rounds": replace(
        LEASED, claims=Claims.ADVISORY, pacing=Pacing.ROUNDS, guarantees=NO_GUARANTEES
    ),
    "pacing: async": LEASED,
    "consistency: locked": rules(consistency=Consistency.LOCKED),
    "consistency: isolated": rules(consistency=Consistency.ISOLATED),
    "consistency: last_writer_wins": replace(
        rules(consistency=Consistency.LAST_WRITER_WINS),
        guarantees=Guarantees(no_stale_write=False),
    ),
    "cut_off: stop": LEASED,
    "cut_off: go_on": replace(rules(cut_off=CutOff.GO_ON), guarantees=Guarantees(one_holder=False)),
    "redundancy: {replicas: 4}": rules(redundancy=Redundancy(replicas=4)),
    "redundancy: {replicas: 3, rule: majority, discussion: 2}": rules(
        redundancy=Redundancy(replicas=3, rule=Rule.MAJORITY, discussion=2)
    ),
    "redundancy: {replicas: 3, rule: weighted}": rules(
        redundancy=Redundancy(replicas=3, rule=Rule.WEIGHTED)
    ),
    "redundancy: {replicas: 3, rule: quorum, faulty: 1}": rules(
        redundancy=Redundancy(replicas=3, rule=Rule.QUORUM, faulty=1)
    ),
    "redundancy: {replicas: 4, rule: quorum, faulty: 1, byzantine: true}": rules(
        redundancy=Redundancy(replicas=4, rule=Rule.QUORUM, faulty=1, byzantine=True)
    ),
    "stragglers: {stealing: true}": rules(stragglers=Stragglers(stealing=True)),
    "stragglers: {backups: true, quantile: 0.5, copies: 3}": rules(
        stragglers=Stragglers(backups=True, quantile=0.5, copies=3)
    ),
    "failure: {quarantine: 2, quarantine_seconds: 9}": rules(
        failing=Failing(quarantine=2, quarantine_seconds=9.0)
    ),
    "failure: {escalate_after: 2, escalate_to: big, compensate: true}": rules(
        failing=Failing(escalate_after=2, escalate_to="big", compensate=True)
    ),
    "failure: {stall_seconds: 90, suspect_seconds: 15}": rules(
        failing=Failing(stall_seconds=90.0, suspect_seconds=15.0)
    ),
    "failure: {stall_seconds: 0, suspect_seconds: 0}": LEASED,
    "failure:": LEASED,
    "failure: {quarantine: }": LEASED,
    **{
        f"messages: {topology}": rules(messaging=Messaging(topology=topology))
        for topology in Topology
    },
    "messages:": LEASED,
    "messages: {topology: gossip, budget: 3, fanout: 1, digest: 5, notes: true}": rules(
        messaging=Messaging(topology=Topology.GOSSIP, budget=3, fanout=1, digest=5, notes=True)
    ),
    "messages: {budget: 3}": rules(messaging=Messaging(budget=3)),
    "messages: {budget: 0}": rules(messaging=Messaging(budget=0)),
}


@pytest.mark.parametrize(("text", "team"), KEYS.items(), ids=KEYS)
def test_a_key_changes_what_it_says_and_nothing_else(tmp_path: Path, text: str, team: Team) -> None:
    """On top of the plainest team."""
    assert team_in(tmp_path, f"preset: leased\n{text}\n") == team


@pytest.mark.parametrize(
    ("section", "message"),
    [
        (ElasticSection, Elastic),
        (RedundancySection, Redundancy),
        (StragglersSection, Stragglers),
        (FailureSection, Failing),
        (MessagingSection, Messaging),
    ],
)
def test_every_rule_can_be_written(section: type[Section], message: type[Message]) -> None:
    """A rule that the program has and no key sets would be out of reach; weights are set in members."""
    assert set(section.model_fields) == set(message.__struct_fields__) - {"weights"}


def test_every_axis_and_every_property_of_a_member_can_be_written() -> None:
    """What is not written is what follows from the rest, and from the models."""
    renamed = {"failing": "failure", "messaging": "messages"}
    axes = {renamed.get(name, name) for name in Rules.__struct_fields__}
    plain = set(Team.__struct_fields__) - {"rules", "guarantees", "reply_tokens"}

    assert set(TeamSection.model_fields) == axes | plain | {"size"}
    assert set(MemberSection.model_fields) == {*Member.__struct_fields__, "count"}


def test_a_rule_in_part_keeps_the_rest_of_the_preset(tmp_path: Path) -> None:
    """`hybrid` steals and has backups, and goes on with both."""
    team = team_in(
        tmp_path, "preset: hybrid\nstragglers: {quantile: 0.5}\nfailure: {quarantine: 0}\n"
    )

    assert team.rules.stragglers == Stragglers(stealing=True, backups=True, quantile=0.5, copies=2)
    assert team.rules.failing == Failing(stall_seconds=240.0, suspect_seconds=20.0)


def test_a_presets_seconds_of_silence_grow_with_the_lease(tmp_path: Path) -> None:
    """Leases of 120 s are renewed every 40 s: 20 s of silence would mean nothing."""
    hybrid = build_team("hybrid", lease_seconds=120.0)
    own = team_in(
        tmp_path, "{preset: hybrid, lease_seconds: 120, failure: {suspect_seconds: 50}}\n"
    )

    assert hybrid.rules.failing.suspect_seconds == 80.0
    assert own.rules.failing.suspect_seconds == 50.0


def test_a_presets_seconds_can_be_switched_off(tmp_path: Path) -> None:
    """0 seconds are never."""
    team = team_in(tmp_path, "preset: hybrid\nfailure: {stall_seconds: 0, suspect_seconds: 0}\n")

    assert team.rules.failing == Failing(quarantine=3)


def test_members_say_all_there_is_to_say(tmp_path: Path) -> None:
    """The first has everything, the others nothing."""
    team = team_in(
        tmp_path,
        """
members:
  - id: ada
    model: sim:fast
    speed: 2
    price: 0.5
    weight: 2
    skills: [build, test, build]
    group: back
    lead: true
    joins: 10
    leaves: 20.5
  - {group: back}
""",
    )

    assert team.members == (
        Member(
            id=AgentId("ada"),
            model="sim:fast",
            speed=2.0,
            price=0.5,
            weight=2.0,
            skills=("build", "test"),
            group="back",
            lead=True,
            joins=10.0,
            leaves=20.5,
        ),
        Member(id=AgentId("agent-2"), group="back"),
    )


def test_the_weights_of_votes_are_those_of_the_members(tmp_path: Path) -> None:
    """One for each member in the team's order, and none where all weigh the same."""
    unlike = team_in(tmp_path, "preset: voting\nmembers: [{weight: 3}, {count: 2}]\n")
    alike = team_in(tmp_path, "preset: voting\nmembers: [{weight: 3, count: 3}]\n")

    assert unlike.rules.redundancy.weights == (3.0, 1.0, 1.0)
    assert alike.rules.redundancy.weights == ()


def test_alike_members_are_numbered(tmp_path: Path) -> None:
    """With an id they are counted from 1, without one they take the names of their places."""
    team = team_in(
        tmp_path,
        "members:\n  - {id: ada, count: 2, speed: 3}\n  - {count: 2}\n  - {id: bob, count: 1}\n"
        "  - {id: cleo}\n  - {}\n",
    )

    assert [(member.id, member.speed) for member in team.members] == [
        ("ada-1", 3.0),
        ("ada-2", 3.0),
        ("agent-3", 1.0),
        ("agent-4", 1.0),
        ("bob-1", 1.0),
        ("cleo", 1.0),
        ("agent-7", 1.0),
    ]


def test_the_size_of_alike_members_is_their_number(tmp_path: Path) -> None:
    """`size` may be there if it agrees, and so may `-n`."""
    path = tmp_path / "team.yaml"
    path.write_text("size: 3\nmembers: [{count: 3}]\n")

    assert len(build_team(str(path), members=3).members) == 3


@pytest.mark.parametrize(
    ("members", "scheduler"),
    [
        ("[{}, {}]", Scheduler.CRITICAL_PATH),
        ("[{model: a}, {model: b}]", Scheduler.CRITICAL_PATH),
        ("[{skills: [a, b]}, {skills: [b, a]}]", Scheduler.CRITICAL_PATH),
        ("[{speed: 2}, {}]", Scheduler.HEFT),
        ("[{price: 2}, {}]", Scheduler.HEFT),
        ("[{skills: [a]}, {}]", Scheduler.HEFT),
    ],
)
def test_hybrid_deals_by_heft_where_members_differ(
    tmp_path: Path, members: str, scheduler: Scheduler
) -> None:
    """Unless the user names a scheduler; and the other presets have one for all."""
    hybrid = team_in(tmp_path, f"preset: hybrid\nmembers: {members}\n")
    named = team_in(tmp_path, f"preset: hybrid\nscheduler: lpt\nmembers: {members}\n")
    preassigned = team_in(tmp_path, f"preset: preassigned\nmembers: {members}\n")

    assert hybrid.scheduler is scheduler
    assert named.scheduler is Scheduler.LPT
    assert preassigned.scheduler is Scheduler.CRITICAL_PATH


def test_a_task_has_a_skill_and_a_deadline(tmp_path: Path) -> None:
    """Both may be left out."""
    path = tmp_path / "tasks.yaml"
    path.write_text("tasks:\n  - {id: a, skill: test, deadline: 90}\n  - {id: b}\n")

    first, second = load_tasks(path).tasks

    assert (first.skill, first.deadline) == ("test", 90.0)
    assert (second.skill, second.deadline) == ("", None)
