"""Turns: the stretches of work that agents are asked for, and the durable record of what happened in them."""

from collections.abc import Sequence

from brooks.core import commands, events
from brooks.core.ending import refuse
from brooks.core.events import EndReason, Event, Outcome, RefusalReason
from brooks.core.leasing import revoke
from brooks.core.state import Phase, State, Turn
from brooks.ids import AgentId, TurnId


def start_turn(state: State, command: commands.StartTurn, now: float) -> Sequence[Event]:
    """Begin a turn on the tree as it is now."""
    if state.phase is not Phase.RUNNING:
        return refuse(command, RefusalReason.RUN_NOT_OPEN)
    agent = state.agents.get(command.agent)
    if agent is None or not agent.available:
        return refuse(command, RefusalReason.UNKNOWN_AGENT)
    if agent.turn is not None:
        return refuse(command, RefusalReason.ALREADY_HOLDS, turn=agent.turn)
    if command.fence != agent.fence:
        return refuse(command, RefusalReason.STALE_FENCE)
    if state.turn_budget is not None and state.turns_started >= state.turn_budget:
        spent = f"the budget of {state.turn_budget} turns is used up"
        returned = revoke(state, command.fence, spent, EndReason.REVOKED)
        return [*returned, events.RunStopping(outcome=Outcome.BUDGET, reason=spent)]
    assert state.run is not None
    return [
        events.TurnStarted(
            turn=TurnId(f"turn-{state.turns_started + 1}"),
            agent=command.agent,
            tasks=command.tasks,
            fence=command.fence,
            head=state.commits,
            deadline=now + state.run.turn_seconds,
            round=command.round,
        )
    ]


def _open_turn(state: State, turn: TurnId, agent: AgentId) -> Turn | None:
    found = state.turns.get(turn)
    return found if found is not None and found.agent == agent else None


def send_request(state: State, command: commands.SendRequest, now: float) -> Sequence[Event]:
    """Note a request before it is sent; refused while the run is paused or winds down."""
    turn = _open_turn(state, command.turn, command.agent)
    if turn is None:
        return refuse(command, RefusalReason.TURN_OVER, turn=command.turn)
    if state.phase is not Phase.RUNNING:
        return refuse(command, RefusalReason.RUN_NOT_OPEN, turn=command.turn)
    if command.index != len(turn.replies):
        return refuse(command, RefusalReason.OUTDATED, turn=command.turn)
    return [
        events.RequestSent(
            agent=command.agent, turn=command.turn, index=command.index, request=command.request
        )
    ]


def record_reply(state: State, command: commands.RecordReply, now: float) -> Sequence[Event]:
    """Record a reply, late ones too: it was paid for. A late one is refused besides, so its agent knows."""
    received = events.ReplyReceived(
        agent=command.agent,
        turn=command.turn,
        index=command.index,
        reply=command.reply,
        usage=command.usage,
    )
    turn = _open_turn(state, command.turn, command.agent)
    if turn is None:
        return [received, *refuse(command, RefusalReason.TURN_OVER, turn=command.turn)]
    if command.index != len(turn.replies):
        return refuse(command, RefusalReason.OUTDATED, turn=command.turn)
    return [received]


def record_tools(state: State, command: commands.RecordTools, now: float) -> Sequence[Event]:
    """Record what a reply's tool calls gave."""
    turn = _open_turn(state, command.turn, command.agent)
    if turn is None:
        return refuse(command, RefusalReason.TURN_OVER, turn=command.turn)
    if command.index != len(turn.tools):
        return refuse(command, RefusalReason.OUTDATED, turn=command.turn)
    return [
        events.ToolsFinished(
            agent=command.agent,
            turn=command.turn,
            index=command.index,
            results=command.results,
            head=state.commits if command.refresh else turn.head,
        )
    ]


def end_turn(state: State, command: commands.EndTurn, now: float) -> Sequence[Event]:
    """End a turn; what its lease still holds uses up an attempt and is offered again."""
    turn = _open_turn(state, command.turn, command.agent)
    if turn is None:
        return refuse(command, RefusalReason.TURN_OVER, turn=command.turn)
    return close_turn(state, turn, command.reason)


def close_turn(state: State, turn: Turn, reason: EndReason) -> list[Event]:
    """The events that end a turn and its lease."""
    returned = revoke(
        state, turn.fence, f"the turn ended without it: {reason.value}", reason, counted=True
    )
    return returned or [events.TurnEnded(turn=turn.turn, agent=turn.agent, reason=reason)]


def overdue(state: State, now: float) -> list[Event]:
    """End every turn that is past its deadline."""
    late = [turn for turn in state.turns.values() if turn.deadline <= now]
    return [
        event for turn in late for event in close_turn(state, turn, EndReason.DEADLINE)
    ]
