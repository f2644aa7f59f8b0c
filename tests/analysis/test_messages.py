"""The counts of messages, on a history small enough to count by hand."""

from brooks.analysis.messages import Messages
from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.facts import EndReason, Mail, RefusalReason, Usage
from brooks.core.spec import Guarantees
from brooks.core.team_rules import Messaging, Rules, Topology
from brooks.ids import AgentId, BlobHash, Position, TurnId

A, B, C = AgentId("a"), AgentId("b"), AgentId("c")
TEXT = BlobHash("text")
ONE, TWO = TurnId("turn-1"), TurnId("turn-2")


def mail(number: int, sender: AgentId, *, origin: int = 0, urgent: bool = False) -> Mail:
    return Mail(number=number, sender=sender, text=TEXT, origin=origin, urgent=urgent)


def reply(turn: TurnId, agent: AgentId, index: int) -> Event:
    return events.ReplyReceived(agent=agent, turn=turn, index=index, reply=TEXT, usage=Usage())


def refused(command: str, reason: RefusalReason) -> Event:
    return events.Refused(command=command, reason=reason, agent=A)


def count(*history: Event) -> Messages:
    return Messages.of(
        Record(Position(number), 0.0, Position(0), event)
        for number, event in enumerate(history, start=1)
    )


def started(topology: Topology) -> Event:
    return events.RunStarted(
        spec=TEXT,
        seed=0,
        brooks="0",
        guarantees=Guarantees(),
        attempts=3,
        lost_leases=20,
        lease_seconds=30.0,
        turn_seconds=100.0,
        rules=Rules(messaging=Messaging(topology=topology)),
    )


def test_nothing_was_sent() -> None:
    """The topology is the one of a team that says nothing."""
    assert count().to_json() == {
        "topology": "mesh", "letters": 0, "urgent": 0, "passed_on": 0, "deliveries": 0, "tries": 0,
        "read": 0, "unread": 0, "refused": {}, "notes": 0, "stale_notes": 0, "pairs": [],
    }  # fmt: skip


def test_letters_deliveries_and_tries_are_told_apart() -> None:
    """A tells B, B passes it on to C and finds that A has it; A then writes to all."""
    counted = count(
        started(Topology.GOSSIP),
        events.MailSent(mail=mail(1, A), to=(B,)),
        events.MailSent(mail=mail(2, B, origin=1), to=(C,), known=(A,)),
        events.MailSent(mail=mail(3, A, urgent=True), to=(B, C)),
        events.MailRead(agent=B, mail=(mail(3, A), mail(1, A))),
        refused("SendMail", RefusalReason.TOO_MANY),
        refused("SendMail", RefusalReason.TOO_MANY),
        refused("SendMail", RefusalReason.NOT_ALLOWED),
        refused("Claim", RefusalReason.NOT_READY),
    )

    assert counted.to_json() == {
        "topology": "gossip", "letters": 2, "urgent": 1, "passed_on": 1, "deliveries": 4, "tries": 5,
        "read": 2, "unread": 2, "refused": {"too_many": 2, "not_allowed": 1}, "notes": 0, "stale_notes": 0,
        "pairs": [["a", "b", 2], ["b", "c", 1], ["a", "c", 1]],
    }  # fmt: skip


def test_mail_that_was_not_certainly_shown_is_unread() -> None:
    """B reads one message in its first reply and one in its second, after which its turn ends."""
    taken = [
        events.MailRead(agent=B, mail=(mail(1, A),), replies=2, turn=ONE, call="x"),
        events.MailRead(agent=B, mail=(mail(2, A),), replies=3, turn=ONE, call="y"),
    ]
    sent = [events.MailSent(mail=mail(number, A), to=(B,)) for number in (1, 2)]
    end = events.TurnEnded(turn=ONE, agent=B, reason=EndReason.FINISHED)
    before_the_end = [*sent, reply(ONE, B, 0), taken[0], reply(ONE, B, 1), taken[1]]
    again = events.MailRead(agent=B, mail=(mail(2, A),), replies=2, turn=TWO, call="z")

    reads = [
        count(*before_the_end).read,
        count(*before_the_end, end).read,
        count(*before_the_end, end, reply(TWO, B, 0), again, reply(TWO, B, 1)).read,
    ]

    assert reads == [2, 1, 2]


def test_notes_and_those_that_came_too_late_are_counted() -> None:
    """A stale change of a file is none of them."""
    note = events.NoteWritten(agent=A, name="plan", text=TEXT, version=1)

    counted = count(
        note,
        note,
        refused("WriteNote", RefusalReason.STALE_WRITE),
        refused("Propose", RefusalReason.STALE_WRITE),
    )

    assert (counted.notes, counted.stale_notes) == (2, 1)
