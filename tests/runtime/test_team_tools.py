"""What agents are told by their tools for mail and notes, and what these do at the board."""

from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest
from tests.core.post import Post, names

from brooks.analysis.messages import Messages
from brooks.core import commands, events
from brooks.core.events import Record
from brooks.core.state import Turn
from brooks.core.team_rules import Messaging, Topology
from brooks.ids import AgentId, Fence
from brooks.log.memory import MemoryLog
from brooks.models.base import Outcome, ToolCall
from brooks.runtime.gossip import Circle, most_tries
from brooks.runtime.link import Answer, Ask, Link, Question
from brooks.runtime.local_tree import LocalTree
from brooks.runtime.noticeboard import MOST_LISTED, SeeNotes, notes_text
from brooks.runtime.order import TurnOrder
from brooks.runtime.team_tools import MOST_CHARACTERS, TeamTools
from brooks.runtime.tools import MAIL, MAX_SHOWN, NOTES, TOOLS, offered

A, B, C = names(3)
T = TypeVar("T")


class LinkLostError(Exception):
    """A wire that was cut."""


class BoardLink(Link):
    """A wire to a board beside it."""

    def __init__(self, team: Post, tree: LocalTree, log: MemoryLog) -> None:
        self._team = team
        self._tree = tree
        self._log = log
        self.works_for = 1_000_000
        """After how many more commands the wire is cut."""

    async def ask(self, question: Question) -> Answer:
        """Answer at once."""
        if isinstance(question, SeeNotes):
            return notes_text(self._team.state, self._tree, question)
        assert isinstance(question, Ask)
        if self.works_for == 0:
            raise LinkLostError
        self.works_for -= 1
        for blob in question.blobs:
            self._log.put_blob(blob)
        before = len(self._team.records)
        for command in question.commands:
            self._team.say(command)
        return tuple(self._team.records[before:])


class Office:
    """A team, and the tools of each of its agents, each in a turn of its own."""

    def __init__(self, size: int = 3, **rules: Any) -> None:
        self.messaging = Messaging(**{"notes": True, **rules})
        self.team = Post(size, self.messaging)
        log = MemoryLog()
        self.tree = LocalTree(self.team.state, log)
        self.link = BoardLink(self.team, self.tree, log)
        self.turns: dict[AgentId, Turn] = {}
        self._calls = 0

    def turn(self, agent: AgentId) -> Turn:
        """The agent's turn, begun when it is first asked for."""
        if agent not in self.turns:
            self.turns[agent] = self.team.start(agent)
        return self.turns[agent]

    def call(self, agent: AgentId, tool: str, /, *, call: str = "", **arguments: Any) -> Outcome:
        """Carry out a call, with what its turn remembers."""
        self._calls += 1
        turn = self.turn(agent)
        order = TurnOrder(
            turn=turn.turn,
            agent=agent,
            assignments=(),
            fence=Fence(0),
            head=0,
            round_number=0,
            done=dict(turn.done),
        )
        circle = Circle(messaging=self.messaging, members=self.team.members, seed=7)
        tools = TeamTools(order, self.tree, self.link, circle)
        asked = ToolCall(id=call or f"call-{self._calls}", name=tool, arguments=arguments)
        return finish(tools.carry_out(asked))

    def said(self, agent: AgentId, tool: str, /, **arguments: Any) -> tuple[bool, str]:
        """Whether a call did what it should, and what it was answered."""
        outcome = self.call(agent, tool, **arguments)
        return outcome.ok, outcome.text

    def counted(self) -> Messages:
        """What was sent and read."""
        return Messages.of(self.team.records)

    def happened(self) -> list[Record]:
        """The records so far."""
        return list(self.team.records)


def finish(program: Coroutine[Any, Any, T] | Any) -> T:
    """The result of a program that never has to wait."""
    try:
        program.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    raise AssertionError("it waits for something")


def test_messages_are_shown_with_their_number_sender_and_urgency() -> None:
    """Two to one agent, the second of them urgent; then there are none."""
    office = Office()
    sent = [
        office.said(A, "send_mail", to="agent-2", text="look at x"),
        office.said(C, "send_mail", to="all", text="stop", urgent="True"),
    ]

    assert sent == [(True, "sent to agent-2"), (True, "sent to agent-1, agent-2")]
    assert office.said(B, "read_mail") == (
        True,
        "2 from agent-3, urgent:\nstop\n\n1 from agent-1:\nlook at x",
    )
    assert office.said(B, "read_mail") == (True, "no new messages")


def test_a_digest_counts_what_it_leaves_out() -> None:
    """Two of five are shown at once."""
    office = Office(digest=2)
    for number in range(5):
        office.call(A, "send_mail", to="agent-2", text=f"message {number}")

    texts = [office.said(B, "read_mail")[1].split("\n\n") for _ in range(3)]

    assert [len(text) for text in texts] == [3, 3, 1]
    assert texts[0][-1] == "and 3 more of no higher priority: call read_mail again"
    assert texts[1][-1] == "and 1 more of no higher priority: call read_mail again"


def test_nothing_that_was_taken_is_cut() -> None:
    """Many of the longest messages there may be, from an agent with a long name to all."""
    office = Office(digest=100)
    for _ in range(7):
        office.call(A, "send_mail", to="agent-2", text="x" * MOST_CHARACTERS)

    answers = [office.said(B, "read_mail")[1] for _ in range(4)]

    assert [answer.count("x" * MOST_CHARACTERS) for answer in answers] == [2, 2, 2, 1]
    assert all(len(answer) < MAX_SHOWN for answer in answers)


@pytest.mark.parametrize(
    ("rules", "to", "why"),
    [
        ({}, "nobody", "there is no other agent 'nobody'"),
        ({}, "agent-2", "there is no other agent 'agent-2'"),
        ({"topology": Topology.NONE}, "all", "you may write to nobody only"),
        ({"topology": Topology.HUB}, "agent-3", "you may write to agent-1 only"),
        ({"topology": Topology.GOSSIP}, "agent-3", "you may write to all only"),
        ({"budget": 0}, "agent-3", "only 0 messages may be sent in a turn"),
    ],
)
def test_a_message_that_is_not_sent_is_answered_with_the_reason(
    rules: dict[str, Any], to: str, why: str
) -> None:
    """To someone who is not there, to oneself, past the topology, past the budget."""
    assert Office(**rules).said(B, "send_mail", to=to, text="hello") == (False, f"not sent: {why}")


def test_gossip_is_passed_on_by_reading_without_a_call_of_the_model() -> None:
    """Eight agents at a fanout of two; each reads its mail once a round."""
    office = Office(8, topology=Topology.GOSSIP, fanout=2)
    ok, text = office.said(A, "send_mail", to="all", text="news")
    rounds = 0
    while any(office.team.unread(agent) for agent in office.team.members):
        rounds += 1
        for agent in [one for one in office.team.members if office.team.unread(one)]:
            shown = office.said(agent, "read_mail")[1]
            assert shown.endswith("news")
            assert "agent-1" in shown

    counted = office.counted()
    assert ok
    assert text.endswith(", who pass it on to the others")
    assert (counted.letters, counted.passed_on, counted.deliveries) == (1, 7, 7)
    assert counted.tries <= 8 * most_tries(8, 2)
    assert rounds <= 5


def test_reading_again_after_a_stop_gives_the_same_and_passes_on_once() -> None:
    """The coordinator stops before and between the messages that are passed on."""
    for commands_before_the_stop in (1, 2):
        office = Office(3, topology=Topology.GOSSIP, fanout=1)
        for text in ("one", "two"):
            office.call(A, "send_mail", to="all", text=text)
        reader = B if office.team.unread(B) else C
        expected = len(office.team.unread(reader))
        office.link.works_for = min(commands_before_the_stop, expected)
        with pytest.raises(LinkLostError):
            office.call(reader, "read_mail", call="read")
        office.link.works_for = 100

        again = office.said(reader, "read_mail", call="read")
        once_more = office.said(reader, "read_mail", call="read")

        assert again == once_more
        assert again[1].count("from agent-1") == expected
        assert office.counted().passed_on == expected
        assert office.counted().read == expected


def test_whom_an_agent_tries_is_drawn_from_a_stream_of_its_own() -> None:
    """The same again for the same message, other ones for another message, agent or seed."""
    circle = Circle(messaging=Messaging(), members=names(100), seed=1)
    other_seed = Circle(messaging=Messaging(), members=names(100), seed=2)

    drawn = circle.drawn(A, 1)

    assert drawn == circle.drawn(A, 1)
    assert len(set(drawn)) == len(drawn) == most_tries(100, 2) == 17
    assert A not in drawn
    assert len({drawn, circle.drawn(A, 2), circle.drawn(B, 1), other_seed.drawn(A, 1)}) == 4


def test_a_note_is_written_listed_searched_and_shown() -> None:
    """Two notes by two agents, one of them in two versions."""
    office = Office()
    office.call(A, "write_note", name="Plan", text="first the parser\nthen the rest")
    written = office.said(B, "write_note", name="Plan", text="the parser is done", version=1)
    office.call(C, "write_note", name="names", text="heap: the list of timers\nRing: neighbours")

    plan = "Plan (version 2, by agent-2): the parser is done"
    assert written == (True, "Plan is at version 2")
    assert office.said(C, "read_notes")[1].split("\n") == [
        plan, "names (version 1, by agent-3): heap: the list of timers",
    ]  # fmt: skip
    assert office.said(C, "read_notes", search="RING")[1] == (
        "names (version 1, by agent-3): Ring: neighbours"
    )
    assert office.said(C, "read_notes", search="plan")[1] == plan
    assert office.said(C, "read_notes", search="nowhere")[1] == "no note has this in it"
    assert office.said(A, "read_notes", name="Plan")[1] == (
        "Plan (version 2, by agent-2):\nthe parser is done"
    )
    assert office.said(A, "read_notes", name="plan")[1] == "there is no note 'plan'"


def test_there_may_be_no_notes() -> None:
    """Nobody wrote any."""
    assert Office().said(A, "read_notes") == (True, "there are no notes")


def test_long_lists_of_notes_are_counted() -> None:
    """One more than is shown at once."""
    office = Office()
    for number in range(MOST_LISTED + 1):
        office.call(A, "write_note", name=f"note {number}", text="x" * 1000)

    lines = office.said(B, "read_notes")[1].split("\n")

    assert len(lines) == MOST_LISTED + 1
    assert lines[-1] == "and 1 more: search for less"
    assert all(len(line) < 300 for line in lines)


def test_who_writes_on_an_old_version_is_shown_the_present_one() -> None:
    """Another agent wrote between; with what it is shown the writer can do it again."""
    office = Office()
    office.call(A, "write_note", name="plan", text="one")
    office.call(B, "write_note", name="plan", text="two", version="1")

    refused = office.said(A, "write_note", name="plan", text="mine", version=1)

    why = "another agent wrote it; make your change to version 2 and give that version."
    assert refused == (False, f"refused: {why}\nplan (version 2, by agent-2):\ntwo")
    assert office.said(A, "write_note", name="plan", text="two, mine", version=2)[0]


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        ({"name": "", "text": "x"}, "a note's name has 1 to 100 printable characters"),
        ({"name": "a\nb", "text": "x"}, "a note's name has 1 to 100 printable characters"),
        ({"name": "n" * 101, "text": "x"}, "a note's name has 1 to 100 printable characters"),
        ({"name": "n", "text": " "}, "a note has between 1 and 20000 characters"),
        ({"name": "n", "text": "x" * 20_001}, "a note has between 1 and 20000 characters"),
        (
            {"name": "n", "text": "x", "version": 3},
            "refused: leave out the version of a note that is not there yet: there is no note 'n'",
        ),
    ],
)
def test_a_note_that_cannot_be_kept_is_answered_with_the_reason(
    arguments: dict[str, Any], answer: str
) -> None:
    """Names and texts that are empty, too long, or more than a line; a version that never was."""
    office = Office()

    assert office.said(A, "write_note", **arguments) == (False, answer)
    assert office.team.state.notes == {}


def test_team_without_notes_writes_none() -> None:
    """Its rules say so; a model may call for the tool all the same."""
    assert Office(notes=False).said(A, "write_note", name="n", text="x") == (
        False,
        "refused: the rules of this team do not allow it (n)",
    )


def test_a_note_is_written_once_however_often_its_call_is_carried_out() -> None:
    """The second time the answer comes from what the turn remembers."""
    office = Office()
    answers = [office.said(A, "write_note", call="one", name="n", text="x") for _ in range(2)]

    assert answers == [(True, "n is at version 1")] * 2
    assert len(office.team.state.notes["n"]) == 1


def test_a_turn_that_is_over_reads_and_sends_nothing() -> None:
    """The agent's turn was ended while it worked."""
    office = Office()
    office.call(B, "send_mail", to="all", text="hello")
    office.turn(A)
    office.team.say(commands.JoinAgent(agent=A))

    assert office.said(A, "read_mail") == (False, "refused: your turn is over")
    assert office.said(A, "send_mail", to="all", text="hello") == (
        False,
        "not sent: your turn is over",
    )
    assert not [r for r in office.happened() if isinstance(r.event, events.MailRead)]


def test_a_team_is_offered_only_what_its_rules_allow() -> None:
    """Nobody may write; no notes are kept; neither."""
    everything = [tool.name for tool in TOOLS]
    silent = offered(Messaging(topology=Topology.NONE, notes=True))
    forgetful = offered(Messaging(notes=False))

    assert [tool.name for tool in offered(Messaging(notes=True))] == everything
    assert [tool.name for tool in silent] == [name for name in everything if name not in MAIL]
    assert [tool.name for tool in forgetful] == [name for name in everything if name not in NOTES]
