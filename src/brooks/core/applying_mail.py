"""The handlers of `brooks.core.applying` for mail and notes. Nothing else may call them."""

from bisect import insort

from brooks.core import events
from brooks.core.mailbox import Mailbox
from brooks.core.state import AgentState, State
from brooks.core.team_rules import Topology


def mail_sent(state: State, event: events.MailSent, record: events.Record) -> None:
    """A message was put into mailboxes."""
    mail = event.mail
    state.letters = mail.number
    gossips = state.rules.messaging.topology is Topology.GOSSIP
    for name in event.to:
        agent = state.agents[name]
        agent.mail.append(mail)
        if gossips:
            _box(agent).heard[mail.rumour] = mail
    if gossips:
        _box(state.agents[mail.sender]).heard[mail.rumour] = None
    _remember(state, event)


def _box(agent: AgentState) -> Mailbox:
    """An agent's mailbox, with a memory of what its agent has."""
    if not isinstance(agent.mail, Mailbox):
        agent.mail = Mailbox(agent.mail)
    assert isinstance(agent.mail, Mailbox)
    return agent.mail


def mail_read(state: State, event: events.MailRead, record: events.Record) -> None:
    """An agent took messages."""
    taken = {mail.number for mail in event.mail}
    box = state.agents[event.agent].mail
    box[:] = [mail for mail in box if mail.number not in taken]
    _remember(state, event)


def unread_again(state: State, event: events.TurnEnded) -> None:
    """Put back what was taken in a turn that ended before the agent can have been shown it."""
    turn = state.turns[event.turn]
    box = state.agents[event.agent].mail
    for earlier in turn.done.values():
        if isinstance(earlier, events.MailRead) and len(turn.replies) < earlier.replies:
            for mail in earlier.mail:
                insort(box, mail, key=lambda one: one.number)


def note_written(state: State, event: events.NoteWritten, record: events.Record) -> None:
    """A text was put into the shared notes."""
    state.notes.setdefault(event.name, []).append(event)
    _remember(state, event)


def _remember(state: State, event: events.Remembered) -> None:
    turn = None if event.turn is None else state.turns.get(event.turn)
    if turn is not None and event.call:
        turn.done[event.call] = event
