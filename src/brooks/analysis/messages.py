"""Messages between the agents of a run, counted.

What is counted as what (the numbers of theory are deliveries, or tries where messages travel by gossip):

- a *letter* is one call to send, to however many it goes: everyone tells everyone in n letters;
- *passed on* is a letter that gossip made of another one; no model wrote it and none was asked;
- a *delivery* is one letter in one mailbox: everyone telling everyone takes n(n-1) in a mesh, and
  2(n-1) with a hub that gathers everything and tells it to all in one letter;
- a *try* is a delivery, or gossip that found its receiver to have the letter already: O(n log n) until
  one letter has reached all (Karp et al. 2000), n-1 of them deliveries, because a mailbox never takes
  the same letter twice;
- *read* is a delivery that its agent was certainly shown; every other one is *unread*.
"""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from brooks.core import events
from brooks.core.events import Record
from brooks.core.facts import RefusalReason
from brooks.core.team_rules import Topology
from brooks.ids import AgentId, TurnId

Pair = tuple[AgentId, AgentId]
"""Who sent, and who received."""


class Messages:
    """What was sent, delivered and read in one run so far."""

    def __init__(self) -> None:
        self.topology = Topology.MESH
        """Who might write to whom."""
        self.letters = 0
        """New messages."""
        self.urgent = 0
        """Those of them that were urgent."""
        self.passed_on = 0
        """Messages that gossip made of others."""
        self.deliveries = 0
        self.known = 0
        """Tries of gossip whose receiver had the message already."""
        self.read = 0
        """Deliveries that were read."""
        self.pairs: dict[Pair, int] = {}
        """Deliveries by who sent and who received, in the order of the first of each."""
        self.refused: dict[RefusalReason, int] = {}
        """Messages that the board refused, by reason."""
        self.notes = 0
        """Notes that were written, new versions included."""
        self.stale_notes = 0
        """Notes that were refused because another version came before."""
        self._replies: dict[TurnId, int] = {}
        """Replies of each open turn."""
        self._taken: dict[TurnId, list[events.MailRead]] = {}
        """What was read in each open turn."""

    @classmethod
    def of(cls, records: Iterable[Record]) -> "Messages":
        """Those of a whole history."""
        messages = cls()
        for record in records:
            messages.take(record)
        return messages

    @property
    def tries(self) -> int:
        """How often a message was brought to an agent, though it had it already."""
        return self.deliveries + self.known

    @property
    def unread(self) -> int:
        """Deliveries that were not read."""
        return self.deliveries - self.read

    def take(self, record: Record) -> None:
        """Count what a record says."""
        handler = self._HANDLERS.get(type(record.event))
        if handler is not None:
            handler(self, record.event)

    def to_json(self) -> dict[str, Any]:
        """The counts under keys that stay; pairs as a list of sender, receiver and number."""
        return {
            "topology": self.topology.value,
            "letters": self.letters,
            "urgent": self.urgent,
            "passed_on": self.passed_on,
            "deliveries": self.deliveries,
            "tries": self.tries,
            "read": self.read,
            "unread": self.unread,
            "refused": {reason.value: count for reason, count in self.refused.items()},
            "notes": self.notes,
            "stale_notes": self.stale_notes,
            "pairs": [[sender, to, count] for (sender, to), count in self.pairs.items()],
        }

    def _start(self, event: events.RunStarted) -> None:
        self.topology = event.rules.messaging.topology

    def _send(self, event: events.MailSent) -> None:
        if event.mail.origin:
            self.passed_on += 1
        else:
            self.letters += 1
            self.urgent += event.mail.urgent
        self.deliveries += len(event.to)
        self.known += len(event.known)
        for receiver in event.to:
            pair = (event.mail.sender, receiver)
            self.pairs[pair] = self.pairs.get(pair, 0) + 1

    def _read(self, event: events.MailRead) -> None:
        self.read += len(event.mail)
        if event.turn is not None and event.replies:
            self._taken.setdefault(event.turn, []).append(event)

    def _reply(self, event: events.ReplyReceived) -> None:
        self._replies[event.turn] = event.index + 1

    def _end_turn(self, event: events.TurnEnded) -> None:
        replies = self._replies.pop(event.turn, 0)
        for taken in self._taken.pop(event.turn, ()):
            if replies < taken.replies:
                self.read -= len(taken.mail)

    def _refuse(self, event: events.Refused) -> None:
        if event.command == "SendMail":
            self.refused[event.reason] = self.refused.get(event.reason, 0) + 1
        elif event.command == "WriteNote" and event.reason is RefusalReason.STALE_WRITE:
            self.stale_notes += 1

    def _note(self, event: events.NoteWritten) -> None:
        self.notes += 1

    _HANDLERS: ClassVar[dict[type, Callable[["Messages", Any], None]]] = {
        events.RunStarted: _start,
        events.MailSent: _send,
        events.MailRead: _read,
        events.ReplyReceived: _reply,
        events.TurnEnded: _end_turn,
        events.Refused: _refuse,
        events.NoteWritten: _note,
    }
    FOLLOWED: ClassVar[frozenset[type]] = frozenset(_HANDLERS)
    """What it takes note of; of all else it need not be told."""
