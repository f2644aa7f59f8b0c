"""Which events are worth a line to someone who watches a run go by, and what the line says.

A task gets a line when it is taken, when something goes wrong with it and when it is over. What goes
wrong can go wrong often, so a task has two lines before its last, whatever happens to it; the log
has the rest.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from brooks.core import events
from brooks.core.events import Record
from brooks.core.facts import DropReason, RefusalReason
from brooks.core.spec import FaultKind
from brooks.ids import TaskId
from brooks.report.sentences import LONGEST, describe, fault, verdict
from brooks.report.wording import count, listed, plain

if TYPE_CHECKING:
    from brooks.ids import ProposalId

LINES_BEFORE_LAST = 2
"""Lines about a task before the one that says what became of it."""


class Notables:
    """Turns records into the lines worth reading."""

    def __init__(self, *, simulated: bool = False) -> None:
        self.simulated = simulated
        """Whether the first line is to say so."""
        self._tasks: dict[TaskId, None] = {}
        self._done: dict[TaskId, None] = {}
        self._said: dict[TaskId, int] = {}
        """How many lines each task has had."""
        self._verdicts: dict[ProposalId, events.CheckFinished] = {}
        """The last check of each queued proposal."""
        self._checked = True
        """Whether the team promises checks."""
        self._begun = False

    def line(self, record: Record) -> str | None:
        """The line for this record, without its time; None for most.

        Wants every record, in order.
        """
        kind = type(record.event)
        if kind in _NEVER_SAID:
            return None
        if kind in _SAID_AS_IT_IS:
            return describe(record)
        self._note(record.event)
        sentence = self._sentence(record.event)
        return None if sentence is None else plain(sentence, most=LONGEST)

    def _note(self, event: events.Event) -> None:
        match event:
            case events.RunStarted():
                self._checked = event.guarantees.checked_completion
            case events.TaskAdded():
                self._tasks[event.task.id] = None
            case events.CheckFinished():
                self._verdicts[event.proposal] = event
            case events.TaskDone():
                self._done[event.task] = None
            case events.TaskReopened():
                self._done.pop(event.task, None)
            case _:
                pass

    def _sentence(self, event: events.Event) -> str | None:
        match event:
            case events.AgentJoined() if not self._begun:
                return self._begin()
            case events.TasksLeased():
                return self._about(event.tasks, f"{event.agent} takes {listed(event.tasks)}")
            case events.LeaseExpired():
                lost = f"{event.agent} fell silent and lost {listed(event.tasks)}"
                return self._about(event.tasks, lost)
            case events.Refused(command="Propose", task=str(task)):
                return self._refused(event, task)
            case events.ProposalDropped():
                return self._dropped(event)
            case events.TaskDone():
                return self._finished(event)
            case events.FaultInjected() if event.kind in _LASTING:
                return fault(event)
            case events.VerificationFinished(passed=False):
                whose = f"the check of {event.task}" if event.task else "the project's own check"
                return f"{whose} {verdict(event)} on the final tree"
            case _:
                return None

    def _begin(self) -> str:
        """The first line, when the tasks are known."""
        self._begun = True
        how = ", simulated" if self.simulated else ""
        return f"the run begins: {count(len(self._tasks), 'task')}{how}"

    def _about(self, tasks: Iterable[TaskId], sentence: str) -> str | None:
        """The sentence, if one of its tasks has not had its lines yet."""
        said = self._said
        new = [task for task in tasks if said.get(task, 0) < LINES_BEFORE_LAST]
        for task in new:
            said[task] = said.get(task, 0) + 1
        return sentence if new else None

    def _refused(self, event: events.Refused, task: TaskId) -> str | None:
        if event.reason is RefusalReason.STALE_WRITE:
            files = f" of {plain(event.detail)}" if event.detail else ""
            conflict = f"conflict: {event.agent} changed an old version{files} for {task}; refused"
            return self._about([task], conflict)
        if event.reason in {RefusalReason.STALE_FENCE, RefusalReason.TURN_OVER}:
            return f"late write of {event.agent} for {task} refused"
        return None

    def _dropped(self, event: events.ProposalDropped) -> str | None:
        check = self._verdicts.pop(event.proposal, None)
        task = event.task
        then = f"{event.agent} mends it" if event.held else "it is offered again"
        if event.reason is DropReason.CHECK_FAILED and check is not None:
            return self._about([task], f"check of {task} {verdict(check)}; {then}")
        if event.reason is DropReason.STALE_WRITE:
            files = f"a dropped version of {listed(event.paths)}"
            return self._about([task], f"conflict: {task} was built on {files}; {then}")
        return None

    def _finished(self, event: events.TaskDone) -> str:
        check = self._verdicts.pop(event.proposal, None)
        if event.verified and check is not None:
            how = f"check {verdict(check)}"
        else:
            how = "it has no check" if self._checked else "not checked"
        done = f"{len(self._done)} of {len(self._tasks)}"
        return f"{event.task} done by {event.agent}, {how}: {done}"


_LASTING = frozenset(FaultKind)
_SAID_AS_IT_IS = frozenset(
    {
        events.RunResumed,
        events.RunPaused,
        events.RunContinued,
        events.RunStopping,
        events.RunFinished,
        events.FileKept,
        events.TaskFailed,
        events.TaskCancelled,
        events.TaskRequeued,
        events.VerificationStarted,
    }
)
"""Rare events whose sentence in the log is also the line to read."""
_NEVER_SAID = frozenset(
    {
        events.TaskReady,
        events.LeaseRenewed,
        events.TurnStarted,
        events.TurnEnded,
        events.RequestSent,
        events.ReplyReceived,
        events.ToolsFinished,
        events.ProposalQueued,
        events.CheckStarted,
    }
)
"""The everyday ones, passed over at once."""

__all__ = ["Notables"]
