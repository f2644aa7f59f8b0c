"""Mail between agents: numbered, durable, each message taken once by each who gets it.

Who may write to whom is the team's topology. The board forwards nothing by itself: where messages
travel by gossip, a worker passes on what its agent has read, and the board sees to it that it does
so once. It also keeps who has which message, so that nobody is given one twice. Whom to try is
drawn by the worker, because the board draws nothing; how many of them get it is decided here.
"""

from collections.abc import Iterable, Sequence
from itertools import chain

from brooks.core import commands, events
from brooks.core.ending import refuse
from brooks.core.events import Event
from brooks.core.facts import Mail, RefusalReason
from brooks.core.mailbox import addressees, digest, heard_by
from brooks.core.state import Phase, State
from brooks.core.team_rules import Topology
from brooks.ids import AgentId

_FromTurn = commands.SendMail | commands.ReadMail | commands.WriteNote


def correspondents(state: State) -> tuple[AgentId, ...]:
    """The agents that have joined and not left for good, in the order of the team."""
    members = state.run.members if state.run else ()
    in_order = dict.fromkeys(chain(members, state.agents))
    return tuple(name for name in in_order if name in state.agents and not state.agents[name].left)


def send(state: State, command: commands.SendMail, now: float) -> Sequence[Event]:
    """Put a message into the mailboxes of those it is for."""
    if state.phase is not Phase.RUNNING and not command.passes_on:
        return refuse(command, RefusalReason.RUN_NOT_OPEN)
    there = correspondents(state)
    if command.agent not in there:
        return refuse(command, RefusalReason.UNKNOWN_AGENT)
    late = too_late(state, command)
    if late:
        return late
    if command.passes_on:
        return _pass_on(state, command, there)
    if command.to is not None and (command.to not in there or command.to == command.agent):
        return refuse(command, RefusalReason.UNKNOWN_AGENT, detail=command.to)
    return _not_allowed(state, command, there) or _send_new(state, command, there)


def too_late(state: State, command: _FromTurn) -> list[Event]:
    """Refuse what comes from a turn that is over, or from a tool call that was carried out before."""
    if command.turn is None:
        return []
    turn = state.turns.get(command.turn)
    if turn is None or turn.agent != command.agent:
        return refuse(command, RefusalReason.TURN_OVER, turn=command.turn)
    if command.call in turn.done:
        return refuse(command, RefusalReason.OUTDATED, turn=command.turn, detail=command.call)
    return []


def _not_allowed(state: State, command: commands.SendMail, there: Sequence[AgentId]) -> list[Event]:
    """Refuse a new message that the team's rules do not let through."""
    rules = state.rules.messaging
    reachable = addressees(rules.topology, there, command.agent)
    if rules.topology is Topology.GOSSIP:
        allowed = command.to is None and bool(command.to_some or not reachable)
        detail = "all"
    else:
        allowed = not command.to_some and (command.to is None or command.to in reachable)
        detail = ", ".join(reachable)
    if rules.topology is Topology.NONE or not allowed:
        return refuse(command, RefusalReason.NOT_ALLOWED, turn=command.turn, detail=detail)
    if rules.budget is not None and _sent_in_turn(state, command) >= rules.budget:
        return refuse(command, RefusalReason.TOO_MANY, turn=command.turn, detail=f"{rules.budget}")
    return []


def _sent_in_turn(state: State, command: commands.SendMail) -> int:
    """New messages of the turn; those that were passed on are not counted."""
    turn = None if command.turn is None else state.turns.get(command.turn)
    sent = () if turn is None else turn.done.values()
    return sum(isinstance(event, events.MailSent) and not event.mail.origin for event in sent)


def _send_new(state: State, command: commands.SendMail, there: Sequence[AgentId]) -> list[Event]:
    mail = Mail(
        number=state.letters + 1,
        sender=command.agent,
        text=command.text,
        urgent=command.urgent,
        size=command.size,
    )
    topology = state.rules.messaging.topology
    if topology is Topology.GOSSIP:
        return _spread(state, command, mail, there)
    reachable = addressees(topology, there, command.agent)
    to = reachable if command.to is None else (command.to,)
    return [events.MailSent(mail=mail, to=to, turn=command.turn, call=command.call)]


def _pass_on(state: State, command: commands.SendMail, there: Sequence[AgentId]) -> list[Event]:
    """Pass on a message that the agent has, and has not passed on yet."""
    box = state.agents[command.agent].mail
    copy = heard_by(box).get(command.passes_on)
    if copy is None or copy in box:
        return refuse(
            command, RefusalReason.NOT_ALLOWED, turn=command.turn, detail=f"{command.passes_on}"
        )
    mail = Mail(
        number=state.letters + 1,
        sender=command.agent,
        text=copy.text,
        urgent=copy.urgent,
        origin=copy.rumour,
        author=copy.author or copy.sender,
        size=copy.size,
    )
    return _spread(state, command, mail, there)


def _spread(
    state: State, command: commands.SendMail, mail: Mail, there: Sequence[AgentId]
) -> list[Event]:
    """Try those that were drawn, one after the other, until enough of them did not have the message."""
    to: list[AgentId] = []
    known: list[AgentId] = []
    for agent in _drawn(command, there):
        if len(to) >= state.rules.messaging.fanout:
            break
        has_it = mail.rumour in heard_by(state.agents[agent].mail)
        (known if has_it else to).append(agent)
    return [
        events.MailSent(
            mail=mail, to=tuple(to), known=tuple(known), turn=command.turn, call=command.call
        )
    ]


def _drawn(command: commands.SendMail, there: Sequence[AgentId]) -> Iterable[AgentId]:
    """Those of the drawn ones that are there, once each and not the sender."""
    others = dict.fromkeys(there)
    return (
        name for name in dict.fromkeys(command.to_some) if name in others and name != command.agent
    )


def read(state: State, command: commands.ReadMail, now: float) -> Sequence[Event]:
    """Hand an agent what it is shown at once of what it has not read."""
    agent = state.agents.get(command.agent)
    if agent is None or agent.left:
        return refuse(command, RefusalReason.UNKNOWN_AGENT)
    late = too_late(state, command)
    if late:
        return late
    shown = digest(agent.mail, state.rules.messaging.digest)
    heard = heard_by(agent.mail)
    turn = None if command.turn is None else state.turns[command.turn]
    return [
        events.MailRead(
            agent=command.agent,
            mail=tuple(shown),
            left=len(agent.mail) - len(shown),
            pass_on=tuple(mail.rumour for mail in shown if heard.get(mail.rumour) is not None),
            replies=0 if turn is None else len(turn.replies) + 1,
            turn=command.turn,
            call=command.call,
        )
    ]
