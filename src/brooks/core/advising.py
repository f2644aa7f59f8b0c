"""Life without leases: claims that are only words, and writes that everyone sees at once.

This is the protocol of the published experiment (arXiv 2603.12229, "decentralized"), and of any team
that is left to itself. A claim is granted to the first who says it, for a task whose dependencies
are done, and stays with that agent for ever: it has no time and no fencing token, so the claim of an
agent that never reports back holds the task up to the end of the run (an *orphaned claim*). Nothing
ties a write to a task, and of two writes of one file the later one counts. What is marked done was
looked at by nobody.
"""

from collections.abc import Sequence

from brooks.core import commands, events
from brooks.core.ending import refuse
from brooks.core.events import Event
from brooks.core.facts import RefusalReason
from brooks.core.fitting import clashing_paths
from brooks.core.state import OVER, State
from brooks.ids import AgentId, TaskId, TurnId


def is_free_for_all(state: State) -> bool:
    """Whether the team promises nothing that a write past the merge queue would break."""
    promised = state.guarantees
    return not (promised.one_holder or promised.no_stale_write or promised.checked_completion)


def state_claim(state: State, command: commands.StateClaim, now: float) -> Sequence[Event]:
    """Grant a task to the first who asks for it, or refuse: it waits (a temporal violation), or is taken."""
    reason = _cannot_claim(state, command.task, command.agent, command.turn)
    if reason is not None:
        return refuse(command, reason, task=command.task, turn=command.turn)
    return [
        events.ClaimStated(
            agent=command.agent, task=command.task, turn=command.turn, call=command.call
        )
    ]


def _cannot_claim(
    state: State, task_id: TaskId, agent: AgentId, turn: TurnId
) -> RefusalReason | None:
    task = state.tasks.get(task_id)
    if not state.claims_are_stated:
        return RefusalReason.NOT_ALLOWED
    if not _is_open(state, turn, agent):
        return RefusalReason.TURN_OVER
    if task is None:
        return RefusalReason.UNKNOWN_TASK
    if task.status in OVER:
        return RefusalReason.TASK_OVER
    if task.claimed_by is not None:
        own = task.claimed_by == agent
        return RefusalReason.ALREADY_HOLDS if own else RefusalReason.HELD_BY_ANOTHER
    return RefusalReason.NOT_READY if task.unmet else None


def _is_open(state: State, turn: TurnId, agent: AgentId) -> bool:
    there = state.turns.get(turn)
    return there is not None and there.agent == agent


def write_files(state: State, command: commands.WriteFiles, now: float) -> Sequence[Event]:
    """Put files into the tree, over whatever is there by now."""
    turn = state.turns.get(command.turn)
    if not is_free_for_all(state):
        return refuse(command, RefusalReason.NOT_ALLOWED, turn=command.turn)
    if turn is None or turn.agent != command.agent:
        return refuse(command, RefusalReason.TURN_OVER, turn=command.turn)
    if command.call in turn.done or not command.changes:
        return refuse(command, RefusalReason.OUTDATED, turn=command.turn)
    clash = clashing_paths(state, command.changes)
    if clash:
        detail = ", ".join(clash)
        return refuse(command, RefusalReason.PATH_CLASH, turn=command.turn, detail=detail)
    return [
        events.FilesWritten(
            agent=command.agent,
            turn=command.turn,
            call=command.call,
            commit=state.commits + 1,
            changes=command.changes,
            round=turn.round,
        )
    ]
