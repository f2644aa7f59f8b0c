"""Which events of a log are told as events of a span: their name, what they say, and whose span it is."""

from typing import NamedTuple

from brooks.core import events
from brooks.core.events import Event
from brooks.core.facts import RefusalReason
from brooks.ids import AgentId, TurnId
from brooks.log.neighbours.otel_names import Happened
from brooks.log.neighbours.spans import Attributes, known

_CLAIMS = frozenset({"Claim", "StateClaim"})
"""Commands that ask for a task; refusing one is a claim lost."""


class Told(NamedTuple):
    """An event as a span tells it."""

    name: Happened
    attributes: Attributes
    agent: AgentId | None = None
    """Whose span it belongs to; None for the run's."""
    turn: TurnId | None = None
    """The turn, where it is known; else the one that the agent is in."""


def told(event: Event) -> Told | None:
    """What a span says of an event; None where spans themselves say it, or it needs no word."""
    match event:
        case events.Refused():
            return _refused(event)
        case events.LeaseExpired():
            attributes = known(who=event.agent, fence=event.fence, tasks=event.tasks)
            return Told(Happened.LEASE_EXPIRED, attributes, event.agent)
        case events.FaultInjected():
            attributes = known(
                who=event.agent, fault=event.kind, seconds=event.seconds, over=event.over
            )
            return Told(Happened.FAULT, attributes, event.agent)
        case events.ClaimStated():
            attributes = known(who=event.agent, task=event.task)
            return Told(Happened.CLAIM_STATED, attributes, event.agent, event.turn)
        case events.FilesWritten():
            paths = tuple(change.path for change in event.changes)
            attributes = known(who=event.agent, paths=paths, commit=event.commit)
            return Told(Happened.FILES_WRITTEN, attributes, event.agent, event.turn)
        case events.TaskDone():
            attributes = known(
                who=event.agent, task=event.task, verified=event.verified, commit=event.commit
            )
            return Told(Happened.TASK_DONE, attributes, event.agent, event.turn)
        case events.TaskAssigned():
            attributes = known(who=event.agent, task=event.task, fence=event.fence)
            return Told(Happened.TASK_ASSIGNED, attributes, event.by, event.turn)
        case events.TasksReturned() if event.tasks:
            attributes = known(
                who=event.agent, tasks=event.tasks, fence=event.fence, reason=event.reason
            )
            return Told(Happened.TASK_RETURNED, attributes, event.by or event.agent, event.turn)
        case _:
            return _of_run(event)


def _refused(event: events.Refused) -> Told:
    attributes = known(
        command=event.command,
        reason=event.reason.value,
        who=event.agent,
        task=event.task,
    )
    if event.reason is RefusalReason.STALE_WRITE:
        name = Happened.CONFLICT
    else:
        name = Happened.CLAIM_REFUSED if event.command in _CLAIMS else Happened.REFUSED
    return Told(name, attributes, event.agent, event.turn)


def _of_run(event: Event) -> Told | None:
    match event:
        case events.AgentCalled():
            return Told(Happened.AGENT_CALLED, known(who=event.agent, reason=event.reason))
        case events.AgentLeft():
            return Told(Happened.AGENT_LEFT, known(who=event.agent, reason=event.reason))
        case events.AgentQuarantined():
            attributes = known(who=event.agent, reason=event.reason)
            return Told(Happened.AGENT_QUARANTINED, attributes)
        case events.VoteCounted():
            attributes = known(
                task=event.task,
                round=event.round,
                decided=event.decided is not None,
                final=event.final,
            )
            return Told(Happened.VOTED, attributes)
        case events.RunPaused():
            return Told(Happened.PAUSED, {})
        case events.RunContinued():
            return Told(Happened.CONTINUED, {})
        case events.RunResumed():
            return Told(Happened.RESUMED, known(epoch=event.epoch))
        case events.RunStopping():
            attributes = known(outcome=event.outcome.value, reason=event.reason)
            return Told(Happened.STOPPING, attributes)
        case _:
            return _of_task(event)


def _of_task(event: Event) -> Told | None:
    match event:
        case events.TaskFailed():
            return Told(Happened.TASK_FAILED, known(task=event.task, reason=event.reason))
        case events.TaskBlocked():
            return Told(Happened.TASK_BLOCKED, known(task=event.task, reason=event.on))
        case events.TaskCancelled():
            return Told(Happened.TASK_CANCELLED, known(task=event.task, reason=event.reason))
        case events.TaskReopened():
            return Told(Happened.TASK_REOPENED, known(task=event.task))
        case events.TaskRequeued():
            return Told(Happened.TASK_REQUEUED, known(task=event.task))
        case events.TaskReverted():
            return Told(Happened.TASK_REVERTED, known(task=event.task, commit=event.commit))
        case _:
            return None
