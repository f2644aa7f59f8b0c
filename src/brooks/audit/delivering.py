"""Conservation of mail: what was sent to an agent is what it has read and what it has not read yet.

A message has one number, is put into each mailbox at most once, and is read by an agent at most
once, after it was sent to that agent, and as it was sent. What an agent took in a turn that ended
before a model can have been shown it is unread again. Each time an agent reads, the log says how
many messages are left; that must be what this module counts.
"""

from collections.abc import Sequence

from brooks.audit.verdict import Findings, Guarantee, Verdict
from brooks.core import events
from brooks.core.events import Record
from brooks.core.facts import Mail
from brooks.ids import AgentId, Position, TurnId


class _Mailbox:
    """One agent's mail; each message with the record that sent it or in which it was read."""

    def __init__(self) -> None:
        self.unread: dict[int, Position] = {}
        self.read: dict[int, Position] = {}


class _Post:
    """One reading of a history."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.found = Findings(Guarantee.MAIL_CONSERVED)
        self.sent: dict[int, tuple[Position, Mail]] = {}
        self.boxes: dict[AgentId, _Mailbox] = {}
        self._replies: dict[TurnId, int] = {}
        self._taken: dict[TurnId, list[events.MailRead]] = {}
        for record in records:
            self._read(record)

    def _read(self, record: Record) -> None:
        event = record.event
        match event:
            case events.MailSent():
                self._send(record, event)
            case events.MailRead():
                self._take(record, event)
            case events.ReplyReceived():
                self._replies[event.turn] = self._replies.get(event.turn, 0) + 1
            case events.TurnEnded():
                self._put_back(record, event)
            case _:
                pass

    def _box(self, agent: AgentId) -> _Mailbox:
        return self.boxes.setdefault(agent, _Mailbox())

    def _send(self, record: Record, event: events.MailSent) -> None:
        number = event.mail.number
        if number in self.sent:
            before, _ = self.sent[number]
            self.found.violated([before, record.position], f"message {number} was sent twice")
            return
        self.sent[number] = (record.position, event.mail)
        for agent in event.to:
            box = self._box(agent)
            if number in box.unread:
                sentence = f"message {number} was put into the mailbox of {agent} twice"
                self.found.violated([record.position], sentence)
            box.unread[number] = record.position

    def _take(self, record: Record, event: events.MailRead) -> None:
        box = self._box(event.agent)
        for mail in event.mail:
            self._judge(record.position, event.agent, mail)
            box.unread.pop(mail.number, None)
            box.read[mail.number] = record.position
        if event.left != len(box.unread):
            sentence = (
                f"{event.agent} read its mail and was said to have {event.left} messages left, when "
                f"{len(box.unread)} had been sent to it and not been read"
            )
            self.found.violated([*box.unread.values(), record.position], sentence)
        if event.turn is not None:
            self._taken.setdefault(event.turn, []).append(event)

    def _judge(self, at: Position, agent: AgentId, mail: Mail) -> None:
        number, box = mail.number, self._box(agent)
        sent_at, sent = self.sent.get(number, (at, mail))
        if number not in self.sent:
            self.found.violated([at], f"{agent} read message {number} before it was sent")
        elif number in box.read:
            self.found.violated([box.read[number], at], f"{agent} read message {number} twice")
        elif number not in box.unread:
            sentence = f"{agent} read message {number}, which was not sent to it"
            self.found.violated([sent_at, at], sentence)
        elif mail != sent:
            sentence = f"{agent} read message {number} otherwise than it was sent"
            self.found.violated([sent_at, at], sentence)

    def _put_back(self, record: Record, event: events.TurnEnded) -> None:
        replies = self._replies.pop(event.turn, 0)
        for taken in self._taken.pop(event.turn, ()):
            if replies < taken.replies:
                box = self._box(taken.agent)
                for mail in taken.mail:
                    box.read.pop(mail.number, None)
                    box.unread[mail.number] = record.position


def check_mail_conserved(records: Sequence[Record]) -> Verdict:
    """Every message that was read was sent to its reader before, and is read once."""
    post = _Post(records)
    read = sum(len(box.read) for box in post.boxes.values())
    unread = sum(len(box.unread) for box in post.boxes.values())
    return post.found.verdict(
        f"{len(post.sent)} messages were sent; {read} copies were read, each once, and {unread} are "
        "unread"
    )


__all__ = ["check_mail_conserved"]
