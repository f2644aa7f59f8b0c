"""Mail between agents: numbered, durable, taken once."""

from collections.abc import Sequence

from brooks.core import commands, events
from brooks.core.ending import refuse
from brooks.core.events import Event
from brooks.core.facts import Mail, RefusalReason
from brooks.core.state import Phase, State


def send(state: State, command: commands.SendMail, now: float) -> Sequence[Event]:
    """Put a message into the mailbox of one agent, or of every other one."""
    if state.phase is not Phase.RUNNING:
        return refuse(command, RefusalReason.RUN_NOT_OPEN)
    if command.agent not in state.agents:
        return refuse(command, RefusalReason.UNKNOWN_AGENT)
    if command.to is not None and (command.to not in state.agents or command.to == command.agent):
        return refuse(command, RefusalReason.UNKNOWN_AGENT, detail=command.to)
    others = tuple(agent for agent in state.agents if agent != command.agent)
    to = others if command.to is None else (command.to,)
    mail = Mail(number=state.letters + 1, sender=command.agent, text=command.text)
    return [events.MailSent(mail=mail, to=to, turn=command.turn, call=command.call)]


def read(state: State, command: commands.ReadMail, now: float) -> Sequence[Event]:
    """Hand an agent what it has not read."""
    agent = state.agents.get(command.agent)
    if agent is None:
        return refuse(command, RefusalReason.UNKNOWN_AGENT)
    return [
        events.MailRead(
            agent=command.agent, mail=tuple(agent.mail), turn=command.turn, call=command.call
        )
    ]
