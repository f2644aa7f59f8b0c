"""The spans of changes on their way into the tree: the queue, checks, the last look at the final tree."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from brooks.core import events
from brooks.core.events import Event
from brooks.ids import AgentId, Position, ProposalId
from brooks.log.neighbours.otel_names import Happened, Name, Ours
from brooks.log.neighbours.spans import Span, known
from brooks.log.neighbours.trace import RUN, Trace
from brooks.log.neighbours.turn_spans import TurnSpans

_INTERRUPTED = "interrupted"
"""How a check ends that the program's own end cut off."""


class _Merge(NamedTuple):
    """A change in the queue, and its check while one runs."""

    span: Span
    agent: AgentId
    checks: list[Span]


class MergeSpans:
    """Folds what becomes of changes into spans of a trace."""

    def __init__(self, trace: Trace, turns: TurnSpans) -> None:
        self._trace = trace
        self._turns = turns
        self._merges: dict[ProposalId, _Merge] = {}
        self._look: Span | None = None
        self._left_to_look = 0
        self.folds: Mapping[type[Event], Callable[[Any, Position], None]] = {
            events.RunResumed: self.resume,
            events.ProposalQueued: self.queue,
            events.ProposalDropped: self.drop,
            events.TaskDone: self.merge,
            events.CheckStarted: self.begin_check,
            events.CheckFinished: self.end_check,
            events.CheckVoided: self.void_check,
            events.VerificationStarted: self.look_again,
            events.VerificationFinished: self.looked,
        }
        """What each event does to the spans."""

    def finish(self) -> None:
        """End what is open where the log ends."""
        for merge in self._merges.values():
            for span in (*merge.checks, merge.span):
                self._trace.cut(span)
        if self._look is not None:
            self._trace.cut(self._look)

    def resume(self, event: events.RunResumed, position: Position) -> None:
        """What was being checked is checked anew."""
        for merge in self._merges.values():
            for check in merge.checks:
                self._trace.close(check, error=_INTERRUPTED)
            merge.checks.clear()
        if self._look is not None:
            self._trace.close(self._look, error=_INTERRUPTED)
            self._look = None

    def queue(self, event: events.ProposalQueued, position: Position) -> None:
        """A change enters the queue."""
        span = Span(
            key=f"merge/{position}",
            name=Ours.MERGE,
            start=self._trace.time,
            parent=self._turns.above(event.turn, thinking=False),
            attributes=known(
                agent=event.agent,
                task=event.task,
                fence=event.fence or None,
                proposal=event.proposal,
                paths=tuple(change.path for change in event.changes),
            ),
        )
        self._merges[event.proposal] = _Merge(span, event.agent, [])

    def begin_check(self, event: events.CheckStarted, position: Position) -> None:
        """Its check begins."""
        merge = self._merges.get(event.proposal)
        if merge is None:
            return
        self._void(event.proposal)
        task = merge.span.attributes[Name.TASK]
        merge.checks.append(
            Span(
                key=f"check/{position}",
                name=Ours.CHECK,
                start=self._trace.time,
                parent=merge.span.key,
                attributes=known(agent=merge.agent, task=task, proposal=event.proposal),
            )
        )

    def end_check(self, event: events.CheckFinished, position: Position) -> None:
        """Its check ends."""
        merge = self._merges.get(event.proposal)
        if merge is None or not merge.checks:
            return
        span = merge.checks.pop()
        span.attributes |= known(
            passed=event.passed,
            reason=event.reason.value,
            tests_passed=event.tests_passed,
            tests_failed=event.tests_failed,
        )
        self._trace.close(span, error="" if event.passed else event.reason.value)

    def void_check(self, event: events.CheckVoided, position: Position) -> None:
        """Its check does not count."""
        self._void(event.proposal)

    def _void(self, proposal: ProposalId) -> None:
        merge = self._merges.get(proposal)
        while merge is not None and merge.checks:
            span = merge.checks.pop()
            span.attributes[Name.VOIDED] = True
            self._trace.close(span)

    def drop(self, event: events.ProposalDropped, position: Position) -> None:
        """It leaves the queue without being merged."""
        self._void(event.proposal)
        merge = self._merges.pop(event.proposal, None)
        if merge is None:
            return
        if event.paths:
            attributes = known(who=event.agent, task=event.task, paths=event.paths)
            merge.span.happened(self._trace.time, Happened.CONFLICT, attributes)
        self._trace.close(merge.span, error=event.reason.value)

    def merge(self, event: events.TaskDone, position: Position) -> None:
        """It is merged."""
        self._void(event.proposal)
        merge = self._merges.pop(event.proposal, None)
        if merge is not None:
            merge.span.attributes |= known(verified=event.verified, commit=event.commit)
            self._trace.close(merge.span)

    def look_again(self, event: events.VerificationStarted, position: Position) -> None:
        """The checks on the final tree begin."""
        self._left_to_look = len(event.tasks) + event.project
        self._look = Span(
            key=f"look/{position}",
            name=Ours.LAST_LOOK,
            start=self._trace.time,
            parent=RUN,
            attributes=known(round=event.round, tasks=event.tasks or None),
        )

    def looked(self, event: events.VerificationFinished, position: Position) -> None:
        """One of them ends."""
        if self._look is None:
            return
        self._left_to_look -= 1
        attributes = known(task=event.task, passed=event.passed, reason=event.reason.value)
        self._look.happened(self._trace.time, Happened.CHECKED, attributes)
        if not event.passed:
            self._look.error = "check_failed"
        if self._left_to_look == 0:
            look, self._look = self._look, None
            self._trace.close(look, error=look.error)
