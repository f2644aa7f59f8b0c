"""Who may write to whom, and how many messages that takes."""

from math import ceil, log, log2
from typing import Any

import pytest
from tests.core.post import Post, names, told

from brooks.analysis.messages import Messages
from brooks.core import commands, events
from brooks.core.mailbox import addressees
from brooks.core.team_rules import Messaging, Topology
from brooks.ids import AgentId
from brooks.runtime.gossip import Circle, most_tries

A, B, C, D = names(4)


def post(topology: Topology, size: int = 4, **rules: Any) -> Post:
    return Post(size, Messaging(topology=topology, **rules))


@pytest.mark.parametrize(
    ("topology", "reachable"),
    [
        (Topology.NONE, {A: "", B: "", C: "", D: ""}),
        (Topology.HUB, {A: "BCD", B: "A", C: "A", D: "A"}),
        (Topology.MESH, {A: "BCD", B: "ACD", C: "ABD", D: "ABC"}),
        (Topology.NEIGHBOURS, {A: "DB", B: "AC", C: "BD", D: "CA"}),
        (Topology.GOSSIP, {A: "BCD", B: "ACD", C: "ABD", D: "ABC"}),
    ],
)
def test_who_may_write_to_whom(topology: Topology, reachable: dict[AgentId, str]) -> None:
    """Four agents; the first is the hub, and the ring goes from the last to the first."""
    letters = dict(zip("ABCD", (A, B, C, D), strict=True))
    expected = {agent: tuple(letters[one] for one in to) for agent, to in reachable.items()}

    assert {agent: addressees(topology, names(4), agent) for agent in names(4)} == expected


@pytest.mark.parametrize("topology", list(Topology))
@pytest.mark.parametrize("size", [1, 2, 3])
def test_small_teams_write_to_others_only_and_once(topology: Topology, size: int) -> None:
    """Alone, in two, where the one before is the one after, and in three."""
    for agent in names(size):
        reachable = addressees(topology, names(size), agent)
        assert agent not in reachable
        assert len(set(reachable)) == len(reachable) <= size - 1


@pytest.mark.parametrize(
    ("topology", "sender", "to", "answer"),
    [
        (Topology.NONE, A, B, "not_allowed"),
        (Topology.NONE, A, None, "not_allowed"),
        (Topology.HUB, A, C, "1 to agent-3"),
        (Topology.HUB, A, None, "1 to agent-2 agent-3 agent-4"),
        (Topology.HUB, C, A, "1 to agent-1"),
        (Topology.HUB, C, None, "1 to agent-1"),
        (Topology.HUB, C, B, "not_allowed (agent-1)"),
        (Topology.MESH, C, None, "1 to agent-1 agent-2 agent-4"),
        (Topology.NEIGHBOURS, B, C, "1 to agent-3"),
        (Topology.NEIGHBOURS, B, None, "1 to agent-1 agent-3"),
        (Topology.NEIGHBOURS, B, D, "not_allowed (agent-1, agent-3)"),
        (Topology.GOSSIP, B, D, "not_allowed (all)"),
        (Topology.GOSSIP, B, None, "not_allowed (all)"),
    ],
)
def test_message_goes_where_the_topology_lets_it(
    topology: Topology, sender: AgentId, to: AgentId | None, answer: str
) -> None:
    """A refusal names whom the sender may write to, and no mailbox gets anything."""
    team = post(topology)

    assert told(team.send(sender, to)) == answer
    assert sum(len(team.unread(agent)) for agent in team.members) == (
        0 if "not_allowed" in answer else len(answer.split(" to ")[1].split())
    )


@pytest.mark.parametrize("topology", [Topology.HUB, Topology.MESH, Topology.NEIGHBOURS])
def test_only_gossip_draws_whom_it_tries(topology: Topology) -> None:
    """A command that no worker sends: a few of all, or something passed on."""
    team = post(topology)
    team.send(A, B)

    assert told(team.send(A, None, some=(B,))).startswith("not_allowed")
    assert told(team.send(B, None, passes_on=1, some=(C,))).startswith("not_allowed")


def test_team_of_an_old_log_stands_in_the_order_in_which_it_joined() -> None:
    """The log does not name the members."""
    team = Post(3, Messaging(topology=Topology.HUB), named=False)

    assert told(team.send(B)) == "1 to agent-1"


def test_who_left_gets_nothing_and_the_next_one_is_the_hub() -> None:
    """The first member leaves for good with a message unread: it stays where it is."""
    team = post(Topology.HUB)
    team.send(B)
    team.say(commands.LeaveAgent(agent=A, reason="over"))

    answers = [told(team.send(B, A)), told(team.send(C)), told(team.send(B)), told(team.send(A))]

    assert answers == [
        "unknown_agent (agent-1)",
        "2 to agent-2",
        "3 to agent-3 agent-4",
        "unknown_agent",
    ]
    assert team.unread(A) == [1]
    assert told(team.read(A)) == "unknown_agent"


def everyone_tells_everyone(team: Post) -> Messages:
    """Each agent has something to say that all are to know."""
    members = team.members
    if team.state.rules.messaging.topology is Topology.HUB:
        for agent in members[1:]:
            team.send(agent)
        team.numbers(members[0])
        team.send(members[0], text="what everyone said, and what I say")
    else:
        for agent in members:
            team.send(agent)
    return Messages.of(team.records)


@pytest.mark.parametrize("size", [2, 3, 5, 8])
@pytest.mark.parametrize("topology", [t for t in Topology if t is not Topology.GOSSIP])
def test_everyone_tells_everyone_in_as_many_messages_as_theory_says(
    topology: Topology, size: int
) -> None:
    """n(n-1) in a mesh, 2(n-1) with a hub; neighbours reach two each, and nobody reaches anyone in none."""
    expected = {
        Topology.NONE: 0,
        Topology.HUB: 2 * (size - 1),
        Topology.MESH: size * (size - 1),
        Topology.NEIGHBOURS: size * min(2, size - 1),
    }

    counted = everyone_tells_everyone(post(topology, size))

    assert counted.deliveries == counted.tries == expected[topology]
    assert counted.letters == (0 if topology is Topology.NONE else size)


def gossip(size: int, fanout: int, seed: int) -> tuple[Post, int]:
    """One agent tells all: the run, and the rounds it took, in each of which everyone reads its mail."""
    circle = Circle(
        messaging=Messaging(topology=Topology.GOSSIP, fanout=fanout),
        members=names(size),
        seed=seed,
    )
    team = Post(size, circle.messaging)
    team.send(A, some=circle.drawn(A, "turn-1", "call-1"))
    rounds = 0
    while any(team.unread(agent) for agent in team.members):
        rounds += 1
        readers = [agent for agent in team.members if team.unread(agent)]
        for event in [team.read(agent) for agent in readers]:
            assert isinstance(event, events.MailRead)
            for number in event.pass_on:
                team.send(event.agent, passes_on=number, some=circle.drawn(event.agent, number))
    return team, rounds


@pytest.mark.parametrize("size", [8, 16, 32, 64, 128])
def test_gossip_reaches_all_in_logarithmic_rounds_and_n_log_n_tries(size: int) -> None:
    """Eight messages in teams of 8 to 128 (fewer in the large ones), each agent passing on once."""
    for seed in range(max(1, 64 // size)):
        team, rounds = gossip(size, 2, seed)
        counted = Messages.of(team.records)

        assert counted.deliveries == counted.read == size - 1
        assert counted.passed_on == size - 1
        assert counted.tries <= size * most_tries(size, 2)
        assert rounds <= ceil(log2(size) + log(size))


@pytest.mark.slow
@pytest.mark.parametrize("size", [13, 32])
def test_gossip_misses_hardly_anyone(size: int) -> None:
    """Of 100 messages, at most two do not reach the whole team."""
    whole = [
        Messages.of(gossip(size, 2, seed)[0].records).deliveries == size - 1 for seed in range(100)
    ]

    assert sum(whole) >= 98


def test_gossip_goes_to_those_who_do_not_have_it_and_is_passed_on_once() -> None:
    """B tries A, who wrote it, and C, who has it, before D; it may do so once, and not before it read."""
    team = post(Topology.GOSSIP, fanout=2)
    first = team.send(A, some=(B, C, D))
    early = team.send(B, passes_on=1, some=(D,))
    read = team.read(B)
    passed = team.send(B, passes_on=1, some=(A, C, B, D))
    again = team.send(B, passes_on=1, some=(D,))

    assert isinstance(first, events.MailSent)
    assert isinstance(passed, events.MailSent)
    assert isinstance(read, events.MailRead)
    assert (told(first), told(early)) == ("1 to agent-2 agent-3", "not_allowed (1)")
    assert read.pass_on == (1,)
    assert (passed.to, passed.known) == ((D,), (A, C))
    assert (passed.mail.origin, passed.mail.author, passed.mail.sender) == (1, A, B)
    assert told(again) == "not_allowed (1)"
    assert told(team.send(A, passes_on=1, some=(D,))) == "not_allowed (1)"


def test_what_was_passed_on_keeps_its_author_and_its_number_through_all_hands() -> None:
    """A tells B, B tells C, C tells D."""
    team = post(Topology.GOSSIP, fanout=1)
    team.send(A, some=(B,), text="news", urgent=True, size=7)
    for agent, next_one in ((B, C), (C, D)):
        team.read(agent)
        team.send(agent, passes_on=1, some=(next_one,))

    [mail] = team.state.agents[D].mail
    assert (mail.number, mail.origin, mail.author, mail.sender) == (3, 1, A, C)
    assert (mail.text, mail.urgent, mail.size) == ("news", True, 7)


def test_passing_on_goes_on_in_a_pause() -> None:
    """Nothing new begins by it, and nobody would pass it on later."""
    team = post(Topology.GOSSIP)
    team.send(A, some=(B,))
    team.read(B)
    team.say(commands.PauseRun())

    assert told(team.send(B, passes_on=1, some=(C,))) == "2 to agent-3"
    assert told(team.send(B, some=(C,))) == "run_not_open"


def test_gossip_does_not_reach_who_left_or_never_joined() -> None:
    """They are drawn, because the worker does not know."""
    team = post(Topology.GOSSIP)
    team.say(commands.LeaveAgent(agent=B, reason="over"))

    assert told(team.send(A, some=(AgentId("nobody"), B, A, C))) == "1 to agent-3"


def test_agent_that_is_alone_tells_nobody() -> None:
    """There is nobody to be drawn."""
    team = post(Topology.GOSSIP, 1)

    assert told(team.send(A)) == "1 to nobody"
