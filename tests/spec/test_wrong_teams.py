"""What a user is told about a team that cannot be: file, line, value, and what to do."""

from pathlib import Path

import pytest

from brooks.core.spec import Member, Task, Team
from brooks.errors import UsageError
from brooks.ids import AgentId, TaskId
from brooks.spec.load import load_tasks
from brooks.spec.skills import refuse_unskilled
from brooks.spec.teams import build_team

WRONG_VALUES = {
    "assignment: leed": (
        "1: assignment: there is no assignment 'leed': did you mean 'lead'? "
        "There are self_claim, preassigned, lead, hybrid"
    ),
    "assignment: self-claim": (
        "1: assignment: there is no assignment 'self-claim': did you mean 'self_claim'? "
        "There are self_claim, preassigned, lead, hybrid"
    ),
    "scheduler: shortest": (
        "1: scheduler: there is no scheduler 'shortest': "
        "There are critical_path, chains_round_robin, lpt, heft, cpop"
    ),
    "batch: chain": "1: batch: 'chain' is not a whole number: write one such as 4",
    "batch: -1": "1: batch: -1 is too small: 0 is the least",
    "claims: lease": (
        "1: claims: there is no kind of claims 'lease': did you mean 'leased'? "
        "There are leased, advisory"
    ),
    "claims: [leased]": (
        "1: claims: there is no kind of claims ['leased']: There are leased, advisory"
    ),
    "pacing: round": (
        "1: pacing: there is no pacing 'round': did you mean 'rounds'? There are async, rounds"
    ),
    "consistency: true": (
        "1: consistency: there is no consistency True: "
        "There are last_writer_wins, locked, versioned, isolated"
    ),
    "cut_off: stopp": (
        "1: cut_off: there is no way of being cut off 'stopp': did you mean 'stop'? "
        "There are stop, go_on"
    ),
    "redundancy: 3": "1: redundancy: 3 is not a mapping: write 'key: value' here",
    "redundancy:\n  rule: most": (
        "2: redundancy.rule: there is no rule of voting 'most': "
        "There are first_verified, majority, quorum, weighted"
    ),
    "redundancy:\n  replicas: 0": "2: redundancy.replicas: 0 is too small: 1 is the least",
    "redundancy:\n  faulty: -1": "2: redundancy.faulty: -1 is too small: 0 is the least",
    "redundancy:\n  byzantine: no": (
        "2: redundancy.byzantine: 'no' is no truth value: write true or false"
    ),
    "redundancy:\n  discussion: 0.5": (
        "2: redundancy.discussion: 0.5 is not a whole number: write one such as 4"
    ),
    "redundancy:\n  replica: 3": (
        "2: redundancy.replica: there is no key 'replica' here: did you mean 'replicas'?"
    ),
    "stragglers:\n  stealing: 1": (
        "2: stragglers.stealing: 1 is no truth value: write true or false"
    ),
    "stragglers:\n  backups: on": (
        "2: stragglers.backups: 'on' is no truth value: write true or false"
    ),
    "stragglers:\n  quantile: 1": "2: stragglers.quantile: 1 is too large: it must be less than 1",
    "stragglers:\n  quantile: 0": "2: stragglers.quantile: 0 is too small: it must be more than 0",
    "stragglers:\n  copies: 0": "2: stragglers.copies: 0 is too small: 1 is the least",
    "failure:\n  quarantine: never": (
        "2: failure.quarantine: 'never' is not a whole number: write one such as 4"
    ),
    "failure:\n  quarantine_seconds: 0": (
        "2: failure.quarantine_seconds: 0 is too small: it must be more than 0"
    ),
    "failure:\n  escalate_to: ' '": (
        "2: failure.escalate_to: ' ' is empty: write something, or leave the key out"
    ),
    "failure:\n  compensate: maybe": (
        "2: failure.compensate: 'maybe' is no truth value: write true or false"
    ),
    "failure:\n  stall_seconds: -1": "2: failure.stall_seconds: -1 is too small: 0 is the least",
    "failure:\n  suspect_seconds: soon": (
        "2: failure.suspect_seconds: 'soon' is not a number: write one such as 1.5"
    ),
    "failure:\n  attempts: 2": (
        "2: failure.attempts: 'attempts' stands beside 'failure', not in it: move it there"
    ),
    "messages: hubb": (
        "1: messages.topology: there is no topology of messages 'hubb': did you mean 'hub'? "
        "There are none, hub, mesh, neighbours, gossip"
    ),
    "messages: no": (
        "1: messages.topology: there is no topology of messages 'no': did you mean 'none'? "
        "There are none, hub, mesh, neighbours, gossip"
    ),
    "messages: false": (
        "1: messages.topology: there is no topology of messages False: did you mean 'none'? "
        "There are none, hub, mesh, neighbours, gossip"
    ),
    "messages: [hub]": "1: messages: a list is not a mapping: write 'key: value' here",
    "messages:\n  topology: 3": (
        "2: messages.topology: there is no topology of messages 3: "
        "There are none, hub, mesh, neighbours, gossip"
    ),
    "messages:\n  budget: -1": "2: messages.budget: -1 is too small: 0 is the least",
    "messages:\n  topology: gossip\n  fanout: 0": (
        "3: messages.fanout: 0 is too small: 1 is the least"
    ),
    "messages:\n  digest: 0": "2: messages.digest: 0 is too small: 1 is the least",
    "messages:\n  notes: 'yes'": (
        "2: messages.notes: 'yes' is no truth value: write true or false"
    ),
    "guarantees: {liveness: true}": (
        "1: guarantees: what a team promises follows from 'claims', 'consistency' and 'cut_off': "
        "choose those"
    ),
    "failing: {}": "1: failing: there is no key 'failing' here: did you mean 'failure'?",
    "members:\n  - price: -1": "2: members[0].price: -1 is too small: 0 is the least",
    "members:\n  - weight: 0": "2: members[0].weight: 0 is too small: it must be more than 0",
    "members:\n  - skills: test": (
        "2: members[0].skills: 'test' is not a list: write one such as [a, b]"
    ),
    "members:\n  - skills: [a, '']": (
        "2: members[0].skills[1]: '' is empty: write something, or leave the key out"
    ),
    "members:\n  - group: 3": (
        "2: members[0].group: 3 is not text: write text, in quotes if it looks like something else"
    ),
    "members:\n  - lead: on": "2: members[0].lead: 'on' is no truth value: write true or false",
    "members:\n  - joins: -1": "2: members[0].joins: -1 is too small: 0 is the least",
    "members:\n  - leaves: 0": "2: members[0].leaves: 0 is too small: it must be more than 0",
    "members:\n  - count: 0": "2: members[0].count: 0 is too small: 1 is the least",
    "members:\n  - count: 10001": "2: members[0].count: 10001 is too large: 10000 is the most",
}

WRONG_TOGETHER = {
    "too many alike": (
        "members: [{count: 9999}, {}, {}]",
        "1: 'members' has 10001 agents: 10000 is the most",
    ),
    "a size beside alike members": (
        "size: 3\nmembers:\n  - count: 2",
        "1: 'size' is 3 and 'members' has 2: leave 'size' out, or make them agree",
    ),
    "a number that is a name": (
        "members: [{id: a-2}, {id: a, count: 2}]",
        "1: the members 1 and 3 are both called 'a-2': give each its own 'id'",
    ),
    "more replicas than agents": (
        "size: 2\nredundancy:\n  replicas: 3",
        (
            "3: redundancy.replicas: 3 replicas of each task need 3 agents, and the team has "
            "2 agents: give it more, or write 'redundancy: {replicas: 2}'"
        ),
    ),
    "fewer members than the preset's replicas": (
        "preset: voting\nmembers:\n  - id: ada",
        (
            "2: members: 3 replicas of each task need 3 agents, and the team has 1 agent: "
            "give it more, or write 'redundancy: {replicas: 1}'"
        ),
    ),
    "replicas of one agent": (
        "preset: single\nredundancy: {replicas: 2}",
        (
            "2: redundancy.replicas: 2 replicas of each task need 2 agents, and the team has "
            "1 agent: give it more, or write 'redundancy: {replicas: 1}'"
        ),
    ),
    "a quorum of too few for crashes": (
        "redundancy:\n  rule: quorum\n  faulty: 1",
        (
            "3: redundancy.faulty: a quorum that bears f = 1 silent needs 2f + 1 = 3 replicas, and "
            "there is 1: write 'replicas: 3', or bear fewer"
        ),
    ),
    "a quorum of too few for lies": (
        "redundancy:\n  rule: quorum\n  faulty: 1\n  byzantine: true\n  replicas: 3",
        (
            "5: redundancy.replicas: a quorum that bears f = 1 wrong needs 3f + 1 = 4 replicas, "
            "and there are 3: write 'replicas: 4', or bear fewer"
        ),
    ),
    "faulty ones without a quorum": (
        "redundancy: {rule: majority, replicas: 3, faulty: 1}",
        (
            "1: redundancy.faulty: 'faulty' is for a quorum, and the rule is 'majority': "
            "write 'rule: quorum', or take it out"
        ),
    ),
    "lies without a quorum": (
        "redundancy:\n  byzantine: true",
        (
            "2: redundancy.byzantine: 'byzantine' is for a quorum, and the rule is "
            "'first_verified': write 'rule: quorum', or take it out"
        ),
    ),
    "rounds with leases": (
        "preset: leased\npacing: rounds",
        (
            "2: pacing: the pacing 'rounds' goes with advisory claims only, for now, and 'claims' "
            "is 'leased': write 'claims: advisory', or 'pacing: async'"
        ),
    ),
    "leases with the preset's rounds": (
        "preset: paper-preassigned\nclaims: leased",
        (
            "2: claims: the pacing 'rounds' goes with advisory claims only, for now, and 'claims' "
            "is 'leased': write 'claims: advisory', or 'pacing: async'"
        ),
    ),
    "a lead of nobody": (
        "assignment: lead\nsize: 1",
        (
            "2: size: the assignment 'lead' needs a lead and somebody to be led, and the team has "
            "1 agent: give it 2 or more"
        ),
    ),
    "a single that is led": (
        "preset: single\nassignment: lead",
        (
            "2: assignment: the assignment 'lead' needs a lead and somebody to be led, and the "
            "team has 1 agent: give it 2 or more"
        ),
    ),
    "backups without a second copy": (
        "stragglers:\n  backups: true\n  copies: 1",
        (
            "3: stragglers.copies: a backup is a second copy, and 'copies' is 1: "
            "write 2 or more, or 'backups: false'"
        ),
    ),
    "an escalation to no model": (
        "failure:\n  escalate_after: 2",
        (
            "2: failure.escalate_after: after 2 failed attempts no model is named to go on: "
            "name one in 'escalate_to'"
        ),
    ),
    "an escalation that never comes": (
        "failure:\n  escalate_to: big",
        (
            "2: failure.escalate_to: 'big' is never asked: say in 'escalate_after' after how many "
            "failed attempts it is"
        ),
    ),
    "a suspicion between two renewals": (
        "lease_seconds: 60\nfailure:\n  suspect_seconds: 20",
        (
            "3: failure.suspect_seconds: 20 s of silence are usual, since a lease of 60 s is "
            "renewed every 20 s: suspect later, or make 'lease_seconds' shorter"
        ),
    ),
    "a member that leaves before it joins": (
        "members:\n  - id: a\n    joins: 20\n    leaves: 20\n  - id: b",
        (
            "4: members[0].leaves: it leaves at 20 s and joins at 20 s: "
            "let it leave later than it joins"
        ),
    ),
    "a team that everybody leaves": (
        "size: 2\nmembers:\n  - {leaves: 20}\n  - {leaves: 30}",
        (
            "2: members: everybody leaves, and whatever is open then would wait for ever: "
            "let one member stay"
        ),
    ),
    "advisory claims in a hybrid team": (
        "preset: hybrid\nstragglers: {backups: false}\nclaims: advisory",
        (
            "3: claims: the assignment 'hybrid' goes with leases only, and 'claims' is 'advisory': "
            "write 'claims: leased', or take it out"
        ),
    ),
    "a lead of those who need not follow": (
        "preset: decentralized\nassignment: lead",
        (
            "2: assignment: the assignment 'lead' goes with leases only, and 'claims' is "
            "'advisory': write 'claims: leased', or take it out"
        ),
    ),
    "locks without leases": (
        "preset: decentralized\nconsistency: locked",
        (
            "2: consistency: the consistency 'locked' goes with leases only, and 'claims' is "
            "'advisory': write 'claims: leased', or take it out"
        ),
    ),
    "isolation without leases": (
        "preset: leased\nconsistency: isolated\nclaims: advisory",
        (
            "2: consistency: the consistency 'isolated' goes with leases only, and 'claims' is "
            "'advisory': write 'claims: leased', or take it out"
        ),
    ),
    "replicas without leases": (
        "preset: decentralized\nredundancy:\n  replicas: 2",
        (
            "3: redundancy.replicas: work on 2 replicas of each task goes with leases only, and "
            "'claims' is 'advisory': write 'claims: leased', or take it out"
        ),
    ),
    "backups without leases": (
        "preset: decentralized\nstragglers:\n  backups: true",
        (
            "3: stragglers.backups: a backup of what takes long goes with leases only, and "
            "'claims' is 'advisory': write 'claims: leased', or take it out"
        ),
    ),
    "a group without a lead": (
        "members:\n  - {group: a, lead: true}\n  - {group: b}",
        (
            "1: members: the group 'b' has no lead, and others have one: "
            "write 'lead: true' for a member of it"
        ),
    ),
    "members that nobody leads": (
        "members:\n  - {group: a, lead: true}\n  - {}",
        (
            "1: members: the members without a 'group' have no lead, and others have one: "
            "write 'lead: true' for a member of it"
        ),
    ),
}


def refusal(folder: Path, text: str) -> str:
    """What `-t team.yaml` is answered with, without the file's name."""
    path = folder / "team.yaml"
    path.write_text(text)
    with pytest.raises(UsageError) as raised:
        build_team(str(path))
    return str(raised.value).removeprefix(f"{path}:")


@pytest.mark.parametrize(("text", "message"), WRONG_VALUES.items(), ids=WRONG_VALUES)
def test_a_wrong_value_is_answered_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    """A user has written one wrong value in a team file."""
    assert refusal(tmp_path, text) == message


@pytest.mark.parametrize(("text", "message"), WRONG_TOGETHER.values(), ids=WRONG_TOGETHER)
def test_values_that_do_not_go_together_are_refused(
    tmp_path: Path, text: str, message: str
) -> None:
    """Each value is right, and the team cannot be."""
    assert refusal(tmp_path, text) == message


def test_all_that_does_not_go_together_is_reported_at_once(tmp_path: Path) -> None:
    """In a task file, with the line of each, in the file's order."""
    path = tmp_path / "tasks.yaml"
    path.write_text(
        "tasks:\n  - id: a\n    skill: tset\n"
        "team:\n  pacing: rounds\n  members:\n    - {id: x, skills: [test], joins: 5, leaves: 2}\n"
        "    - {id: y, skills: [test]}\n"
        "  stragglers: {backups: true, copies: 1}\n"
    )

    with pytest.raises(UsageError) as raised:
        load_tasks(path)

    assert [line.split(": ")[:2] for line in str(raised.value).splitlines()] == [
        [f"{path}:3", "tasks[0].skill"],
        [f"{path}:5", "team.pacing"],
        [f"{path}:7", "team.members[0].leaves"],
        [f"{path}:9", "team.stragglers.copies"],
    ]


@pytest.mark.parametrize(
    ("skill", "message"),
    [
        ("tset", "'tset': did you mean 'test'? The members have build, test"),
        ("paint", "'paint': The members have build, test"),
    ],
)
def test_a_skill_that_nobody_has_is_refused(tmp_path: Path, skill: str, message: str) -> None:
    """The task would wait for ever."""
    path = tmp_path / "tasks.yaml"
    path.write_text(
        f"tasks:\n  - id: a\n    skill: {skill}\n"
        "team: {members: [{skills: [build]}, {skills: [build, test]}]}\n"
    )

    with pytest.raises(UsageError) as raised:
        load_tasks(path)

    assert str(raised.value) == (
        f"{path}:3: tasks[0].skill: nobody in the team has the skill {message}"
    )


def test_a_skill_is_held_against_the_team_that_runs() -> None:
    """`-t` replaces the file's team; a member that names no skills can do anything."""
    tasks = [Task(id=TaskId("a"), skill="test"), Task(id=TaskId("b"))]
    builder = Member(id=AgentId("x"), skills=("build",))
    anybody = Member(id=AgentId("y"))

    refuse_unskilled(tasks, Team(preset="leased", members=(builder, anybody)))
    with pytest.raises(UsageError) as raised:
        refuse_unskilled(tasks, Team(preset="leased", members=(builder,)))

    assert str(raised.value) == (
        "task 'a': nobody in the team has the skill 'test': The members have build"
    )


def test_a_size_may_come_later_than_the_replicas(tmp_path: Path) -> None:
    """A team file without a size leaves it to `-n`, and is judged with it."""
    path = tmp_path / "team.yaml"
    path.write_text("redundancy: {replicas: 5}\n")

    assert len(build_team(str(path), members=5).members) == 5
    with pytest.raises(UsageError, match="5 replicas of each task need 5 agents"):
        build_team(str(path))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "voting:2",
            (
                "team: size: 3 replicas of each task need 3 agents, and the team has 2 agents: "
                "give it more, or write 'redundancy: {replicas: 2}'"
            ),
        ),
        (
            "lead:1",
            (
                "team: size: the assignment 'lead' needs a lead and somebody to be led, and the "
                "team has 1 agent: give it 2 or more"
            ),
        ),
    ],
)
def test_a_preset_that_is_too_small_is_refused(text: str, message: str) -> None:
    """On the command line, where there is no line to name."""
    with pytest.raises(UsageError) as raised:
        build_team(text)

    assert str(raised.value) == message
