"""What an agent is shown of its mail, when it counts as read, and how much it may send."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.core.post import Post, names, told

from brooks.core import applying_mail, commands, events
from brooks.core.facts import EndReason, Outcome
from brooks.core.invariants import violations
from brooks.core.mailbox import HEADER, MOST_SHOWN
from brooks.core.state import Turn
from brooks.core.team_rules import Messaging, Topology
from brooks.ids import AgentId

A, B, C = names(3)


def post(**rules: Any) -> Post:
    return Post(3, Messaging(**rules))


def ended(turn: Turn) -> events.TurnEnded:
    return events.TurnEnded(turn=turn.turn, agent=turn.agent, reason=EndReason.LEASE_LOST)


def test_urgent_messages_are_shown_first_and_then_the_oldest() -> None:
    """Of five messages the second and the fourth are urgent; at most three are shown at once."""
    team = post(digest=3)
    for number in range(1, 6):
        team.send(A, B, urgent=number in {2, 4})

    first = team.read(B)
    second = team.read(B)

    assert isinstance(first, events.MailRead)
    assert isinstance(second, events.MailRead)
    assert ([mail.number for mail in first.mail], first.left) == ([2, 4, 1], 2)
    assert ([mail.number for mail in second.mail], second.left) == ([3, 5], 0)


def test_what_a_digest_leaves_out_stays_unread() -> None:
    """Three messages, one at a time; one comes in between."""
    team = post(digest=1)
    for _ in range(3):
        team.send(A, B)

    assert team.numbers(B) == [1]
    assert team.unread(B) == [2, 3]
    team.send(C, B, urgent=True)
    assert [team.numbers(B), team.numbers(B), team.numbers(B), team.numbers(B)] == [
        [4],
        [2],
        [3],
        [],
    ]


def test_as_many_are_shown_as_one_answer_holds() -> None:
    """Long texts; one that is too long by itself is shown all the same."""
    team = post()
    half = MOST_SHOWN // 2 - HEADER
    for size in (half, half, half, MOST_SHOWN * 2, half):
        team.send(A, B, size=size)

    assert [team.numbers(B) for _ in range(4)] == [[1, 2], [3], [4], [5]]


def test_only_so_many_messages_may_be_sent_in_a_turn() -> None:
    """Two; another turn begins anew, and so does another agent."""
    team = post(budget=2)
    turn = team.start(A)
    for number in range(2):
        team.send(A, B, turn=turn.turn, call=f"call {number}")

    refused = told(team.send(A, turn=turn.turn, call="call 3"))
    team.end(turn)
    later = team.start(A)

    assert refused == "too_many (2)"
    assert told(team.send(A, B, turn=later.turn, call="call 1")) == "3 to agent-2"
    assert told(team.send(B, A, turn=team.start(B).turn, call="call 1")) == "4 to agent-1"


def test_a_message_to_all_is_one_and_what_is_passed_on_is_none() -> None:
    """B may send one message a turn; it passes two on beside."""
    team = Post(3, Messaging(topology=Topology.GOSSIP, budget=1, fanout=1))
    team.send(A, some=(B,))
    team.send(A, some=(B,))
    turn = team.start(B)
    team.read(B, turn=turn.turn, call="read")

    answers = [
        team.send(B, passes_on=1, some=(C,), turn=turn.turn, call="read/1"),
        team.send(B, passes_on=2, some=(C,), turn=turn.turn, call="read/2"),
        team.send(B, some=(C,), turn=turn.turn, call="send"),
        team.send(B, some=(C,), turn=turn.turn, call="again"),
    ]

    assert [told(answer) for answer in answers] == [
        "3 to agent-3", "4 to agent-3", "5 to agent-3", "too_many (1)",
    ]  # fmt: skip


def test_a_budget_of_nothing_lets_nothing_through() -> None:
    """Not even outside of a turn."""
    assert told(post(budget=0).send(A, B)) == "too_many (0)"


def test_a_call_that_was_carried_out_is_refused_the_second_time() -> None:
    """Sent twice, read twice: a replay answers from what is remembered, and asks nobody."""
    team = post()
    turn = team.start(A)
    team.send(B, A)
    answers = [
        team.send(A, B, turn=turn.turn, call="send"),
        team.send(A, B, turn=turn.turn, call="send"),
        team.read(A, turn=turn.turn, call="read"),
    ]
    team.send(B, A)
    again = team.read(A, turn=turn.turn, call="read")

    assert told(answers[1]) == "outdated (send)"
    assert told(again) == "outdated (read)"
    assert team.unread(A) == [3]
    assert turn.done == {"send": answers[0], "read": answers[2]}


def test_a_turn_that_is_over_takes_no_mail_and_sends_none() -> None:
    """Its agent was thought dead, and another life of it has the mailbox."""
    team = post()
    team.send(B, A)
    turn = team.start(A)
    team.say(commands.JoinAgent(agent=A))

    assert told(team.read(A, turn=turn.turn, call="read")) == "turn_over"
    assert told(team.send(A, B, turn=turn.turn, call="send")) == "turn_over"
    assert told(team.read(A, turn=team.start(B).turn, call="read")) == "turn_over"
    assert team.unread(A) == [1]


def test_mail_is_unread_again_when_its_turn_ends_before_it_can_have_been_shown() -> None:
    """Read in the first reply, whose answers no second one follows; a third message came meanwhile."""
    team = post()
    team.send(B, A)
    team.send(C, A)
    turn = team.start(A)
    team.reply(turn)
    team.read(A, turn=turn.turn, call="read")
    team.send(B, A)

    applying_mail.unread_again(team.state, ended(turn))

    assert team.unread(A) == [1, 2, 3]


def test_mail_stays_read_when_another_reply_came_after_it() -> None:
    """The model was shown it with the second request; what it read then is not certain."""
    team = post()
    team.send(B, A)
    turn = team.start(A)
    team.reply(turn)
    team.read(A, turn=turn.turn, call="first")
    team.reply(turn)
    team.send(C, A)
    team.read(A, turn=turn.turn, call="second")

    applying_mail.unread_again(team.state, ended(turn))

    assert team.unread(A) == [2]


def test_mail_that_an_old_log_took_stays_read() -> None:
    """Its records do not say when it was shown."""
    team = post()
    team.send(B, A)
    turn = team.start(A)
    mail = tuple(team.state.agents[A].mail)
    old = events.MailRead(agent=A, mail=mail, turn=turn.turn, call="read")
    applying_mail.mail_read(team.state, old, team.records[-1])

    applying_mail.unread_again(team.state, ended(turn))

    assert team.unread(A) == []


def take_again(team: Post) -> None:
    turn = team.start(B)
    team.read(B, turn=turn.turn, call="read")
    [event] = turn.done.values()
    assert isinstance(event, events.MailRead)
    team.state.agents[B].mail.extend(event.mail)


def tell_twice(team: Post) -> None:
    [mail] = team.state.agents[B].mail
    team.state.letters = 2
    team.state.agents[B].mail.append(replace(mail, number=2, origin=1, author=A, sender=C))


def write_to_oneself(team: Post) -> None:
    mail = team.state.agents[B].mail
    mail[0] = replace(mail[0], author=B)


@pytest.mark.parametrize(
    ("breaks", "sentence"),
    [
        (take_again, "'agent-2' has the messages [1], which its open turn has read"),
        (tell_twice, "'agent-2' has been told twice of the messages [1]"),
        (write_to_oneself, "'agent-2' has a message of its own"),
        (lambda team: team.state.agents[B].mail.clear(), ""),
    ],
)
def test_invariants_see_a_message_in_two_places(
    breaks: Callable[[Post], None], sentence: str
) -> None:
    """Each is broken by hand; that one is gone is no more than one that was read."""
    team = Post(3, Messaging(topology=Topology.GOSSIP))
    team.send(A, some=(B,))

    breaks(team)

    found = violations(team.state)
    assert [each for each in found if sentence in each] if sentence else found == ()


steps = st.lists(
    st.tuples(
        st.sampled_from(["send", "send urgent", "read", "replay", "reply", "end", "resume"]),
        st.integers(0, 2),
        st.integers(0, 3),
    ),
    max_size=40,
)


@given(steps=steps, topology=st.sampled_from(Topology), digest=st.integers(1, 3))
def test_no_message_is_lost_or_read_twice(
    steps: list[tuple[str, int, int]], topology: Topology, digest: int
) -> None:
    """Agents send, read, and read once more under the same call, turns end at any time, the run is resumed.

    At each moment every delivery is in exactly one place: unread in its mailbox, or read.
    """
    team = Post(3, Messaging(topology=topology, digest=digest))
    delivered: dict[AgentId, list[int]] = {agent: [] for agent in team.members}
    taken: dict[AgentId, list[int]] = {agent: [] for agent in team.members}

    def note(event: events.Event) -> None:
        if isinstance(event, events.MailSent):
            for receiver in event.to:
                delivered[receiver].append(event.mail.number)
        elif isinstance(event, events.MailRead):
            taken[event.agent].extend(mail.number for mail in event.mail)

    for number, (what, who, whom) in enumerate(steps):
        agent = team.members[who]
        name = team.state.agents[agent].turn
        turn = team.state.turns[name] if name is not None else team.start(agent)
        some = tuple(other for other in team.members if other != agent)
        match what:
            case "read":
                note(team.read(agent, turn=turn.turn, call=f"call {number}"))
            case "replay":
                for call in list(turn.done):
                    assert told(team.read(agent, turn=turn.turn, call=call)).startswith("outdated")
            case "reply":
                team.reply(turn)
            case "end":
                taken_before = [
                    mail.number
                    for event in turn.done.values()
                    if isinstance(event, events.MailRead) and len(turn.replies) < event.replies
                    for mail in event.mail
                ]
                team.end(turn)
                if set(taken_before) <= set(team.unread(agent)):
                    taken[agent] = [one for one in taken[agent] if one not in taken_before]
            case "resume":
                team.say(commands.StopRun(outcome=Outcome.INTERRUPTED, reason="a test"))
                team.say(commands.ResumeRun(epoch=team.state.epoch + 1, budget=team.state.budget))
                for each in team.members:
                    if team.state.agents[each].turn is None:
                        team.say(commands.JoinAgent(agent=each))
            case _:
                to = None if whom == 3 or topology is Topology.GOSSIP else team.members[whom]
                note(
                    team.send(
                        agent,
                        to,
                        urgent=what == "send urgent",
                        some=some if topology is Topology.GOSSIP else (),
                        turn=turn.turn,
                        call=f"call {number}",
                    )
                )
        for each in team.members:
            assert sorted(taken[each] + team.unread(each)) == delivered[each]
