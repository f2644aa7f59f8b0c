"""Turns: the stretches of work that agents are asked for, and the durable record of what happened in them."""

from collections.abc import Sequence

from msgspec.structs import asdict

from brooks.core import commands, events
from brooks.core.ending import refuse
from brooks.core.events import Event
from brooks.core.facts import EndReason, Outcome, RefusalReason
from brooks.core.leasing import Closing
from brooks.core.ledger import Amount, Room
from brooks.core.spec import Budget
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
    lease = state.leases.get(command.fence)
    for task in command.tasks:
        if task not in state.tasks:
            return refuse(command, RefusalReason.UNKNOWN_TASK, task=task)
        if lease is not None and task not in lease.tasks:
            return refuse(command, RefusalReason.HELD_BY_ANOTHER, task=task)
    if state.turns_spent:
        closing = Closing(state)
        closing.lease(command.fence, "the budget of turns is used up", EndReason.REVOKED)
        return [*closing.finish(), *refuse(command, RefusalReason.RUN_NOT_OPEN)]
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
            model=command.model,
            role=command.role,
        )
    ]


def _open_turn(state: State, turn: TurnId, agent: AgentId) -> Turn | None:
    found = state.turns.get(turn)
    return found if found is not None and found.agent == agent else None


def _is_over(state: State, turn: TurnId) -> bool:
    """Whether a turn was begun and has ended: of another one nothing can be late."""
    return turn not in state.turns and state.has_begun(turn)


def send_request(state: State, command: commands.SendRequest, now: float) -> Sequence[Event]:
    """Note a request before it is sent; refused while the run is paused or winds down."""
    turn = _open_turn(state, command.turn, command.agent)
    if turn is None:
        return refuse(command, RefusalReason.TURN_OVER, turn=command.turn)
    if state.phase is not Phase.RUNNING:
        return refuse(command, RefusalReason.RUN_NOT_OPEN, turn=command.turn)
    if command.index != len(turn.replies) or turn.in_flight:
        return refuse(command, RefusalReason.OUTDATED, turn=command.turn)
    if room(state, command) is not Room.ENOUGH:
        spent = state.ledger.spent(state.budget)
        next_one = _at_most(state.budget, command)
        reason = f"the budget is used up: {spent}, and the next request may cost {next_one}"
        return [
            *refuse(command, RefusalReason.BUDGET_SPENT, turn=command.turn, detail=spent),
            events.RunStopping(outcome=Outcome.BUDGET, reason=reason),
        ]
    return [events.RequestSent(**asdict(command))]


def _at_most(budget: Budget, command: commands.SendRequest) -> str:
    """The most that a request may cost, in what the budget counts."""
    parts = []
    if budget.dollars is not None:
        parts.append(f"${command.most_dollars:.4g}")
    if budget.tokens is not None:
        parts.append(f"{command.most_tokens:,} tokens")
    return " and ".join(parts)


def room(state: State, command: commands.SendRequest) -> Room:
    """Whether the budget bears a request, now or perhaps later."""
    asked = Amount(command.most_tokens, command.most_dollars)
    found = state.ledger.room(state.budget, asked)
    if found is Room.LATER and not any(turn.in_flight for turn in state.turns.values()):
        return Room.NONE  # nobody is left who could turn out cheaper
    return found


def record_failure(state: State, command: commands.RecordFailure, now: float) -> Sequence[Event]:
    """Record that an attempt came to nothing, a late one too."""
    failed = events.RequestFailed(**asdict(command))
    turn = _open_turn(state, command.turn, command.agent)
    if turn is None and not _is_over(state, command.turn):
        return refuse(command, RefusalReason.TURN_OVER, turn=command.turn)
    if turn is None:
        return [failed, *refuse(command, RefusalReason.TURN_OVER, turn=command.turn)]
    current = (len(turn.replies), turn.attempt)
    if not turn.in_flight or (command.index, command.attempt) != current:
        return refuse(command, RefusalReason.OUTDATED, turn=command.turn)
    return [failed]


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
    if turn is None and not _is_over(state, command.turn):
        return refuse(command, RefusalReason.TURN_OVER, turn=command.turn)
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
    closing = Closing(state)
    close_turn(closing, turn, command.reason)
    return closing.finish()


def close_turn(closing: Closing, turn: Turn, reason: EndReason) -> None:
    """End a turn and the lease it worked under."""
    ended = f"the turn ended without it: {reason.value}"
    closing.lease(turn.fence, ended, reason, counted=True)
    closing.turn(turn.turn, reason)


def overdue(state: State, closing: Closing, now: float) -> None:
    """End every turn that is past its deadline."""
    for turn in state.turns.values():
        if turn.deadline <= now:
            close_turn(closing, turn, EndReason.DEADLINE)
