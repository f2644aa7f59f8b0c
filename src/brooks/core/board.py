"""The board: the one place where it is decided what may happen.

`decide` is pure: it looks at the state, a command and the time, and answers with what then
happened, a refusal among it. `apply` (in `brooks.core.applying`) folds that into the state.
`next_timer` says when the board wants to be asked again with a `Tick` although nobody else asked
anything.

    events = decide(state, command, now)      # changes nothing
    for event in events: apply(state, Record(position, now, cause, event))

The events of one decision belong together: they are appended in one transaction and applied in
order. The handlers live beside their subject: leases, the merge queue, turns, the run as a whole.
"""

from collections.abc import Callable, Sequence
from typing import Any

from brooks.core import (
    advising,
    commands,
    compensating,
    leasing,
    lifecycle,
    mailing,
    merging,
    noting,
    turning,
)
from brooks.core.applying import apply, fold
from brooks.core.commands import Command
from brooks.core.ending import refuse
from brooks.core.events import Event
from brooks.core.facts import RefusalReason
from brooks.core.state import Phase, State

__all__ = ["apply", "decide", "fold", "next_timer"]


def decide(state: State, command: Command, now: float) -> Sequence[Event]:
    """What happens when this command reaches the board at this time (log seconds). Changes nothing."""
    kind = type(command)
    opening = _OPENING.get(state.phase)
    if opening is not None and kind is not opening:
        return refuse(command, RefusalReason.RUN_NOT_OPEN)
    return _HANDLERS[kind](state, command, now)


_OPENING: dict[Phase, type] = {
    Phase.NEW: commands.StartRun,
    Phase.FINISHED: commands.ResumeRun,
}
"""What alone the board takes in phases in which a run is not open."""


def next_timer(state: State) -> float | None:
    """When the board wants a `Tick`: the earliest end of a lease, a turn or the budget; None for never."""
    if state.phase not in _TIMED:
        return None
    due = state.budget.seconds
    if state.expiries and (due is None or state.expiries[0][0] < due):
        due = state.expiries[0][0]
    if state.turn_deadlines and (due is None or state.turn_deadlines[0][0] < due):
        due = state.turn_deadlines[0][0]
    if state.deadlines and (due is None or state.deadlines[0][0] < due):
        due = state.deadlines[0][0]
    return due


_TIMED = frozenset({Phase.RUNNING, Phase.PAUSED})
"""Phases in which time alone may change something."""


_HANDLERS: dict[type, Callable[[State, Any, float], Sequence[Event]]] = {
    commands.StartRun: lifecycle.start,
    commands.ResumeRun: lifecycle.resume,
    commands.OpenWorkspace: lifecycle.open_workspace,
    commands.AddTask: lifecycle.add_task,
    commands.AddDependency: lifecycle.add_dependency,
    commands.JoinAgent: leasing.join,
    commands.CallAgent: leasing.call,
    commands.LeaveAgent: leasing.leave,
    commands.Quarantine: leasing.quarantine,
    commands.Release: leasing.release,
    commands.Claim: leasing.claim,
    commands.StateClaim: advising.state_claim,
    commands.WriteFiles: advising.write_files,
    commands.Assign: leasing.assign,
    commands.Renew: leasing.renew,
    commands.GiveUp: leasing.give_up,
    commands.StartTurn: turning.start_turn,
    commands.SendRequest: turning.send_request,
    commands.RecordReply: turning.record_reply,
    commands.RecordFailure: turning.record_failure,
    commands.RecordTools: turning.record_tools,
    commands.Propose: merging.propose,
    commands.SendMail: mailing.send,
    commands.ReadMail: mailing.read,
    commands.WriteNote: noting.write,
    commands.EndTurn: turning.end_turn,
    commands.StartCheck: merging.start_check,
    commands.RecordCheck: merging.record_check,
    commands.StartVerification: lifecycle.start_verification,
    commands.RecordVerification: lifecycle.record_verification,
    commands.RecordFault: lifecycle.record_fault,
    commands.KeepFile: lifecycle.keep_file,
    commands.PauseRun: lifecycle.pause,
    commands.ContinueRun: lifecycle.go_on,
    commands.StopRun: lifecycle.stop,
    commands.FinishRun: lifecycle.finish,
    commands.Revert: compensating.revert,
    commands.CancelTask: lifecycle.cancel_task,
    commands.Requeue: lifecycle.requeue,
    commands.Tick: lifecycle.tick,
}
