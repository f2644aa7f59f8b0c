"""A run's log folded into the spans of one trace.

    invoke_workflow PROJECT                    the run, all its parts when it was resumed
    ├── invoke_agent AGENT                     a turn
    │   ├── plan AGENT                         around what a lead asks its model
    │   │   └── chat MODEL
    │   ├── chat MODEL                         a request with all its attempts, until its reply
    │   ├── execute_tool TOOL                  a call of a reply; the log times those of one reply together
    │   └── brooks.merge                       a change, from the queue until it is merged or dropped
    │       └── brooks.check
    └── brooks.last_look                       the checks on the final tree

A chat stays open beyond its turn, because a reply that comes too late is paid for all the same; one
that is never answered ends with its turn. A span's key, and so its id, comes from the position of the
record that began it: the same log gives the same spans, however often and in how many parts it is sent.

`Tracer.add` gives each span once it is over, and the run's own at each end of the run. `finish` gives
what a log that was cut off leaves open.
"""

from collections.abc import Iterable, Mapping

import msgspec

from brooks.core import events
from brooks.core.events import Record
from brooks.core.facts import Outcome
from brooks.core.spec import Spec
from brooks.log.neighbours.merge_spans import MergeSpans
from brooks.log.neighbours.otel_names import Name, Operation
from brooks.log.neighbours.span_events import told
from brooks.log.neighbours.spans import Span, known
from brooks.log.neighbours.trace import RUN, Trace
from brooks.log.neighbours.turn_spans import TurnSpans
from brooks.log.store import LogReader

LONGEST_NAME = 80
"""Characters of a project's name that a span is named by."""


class Tracer:
    """Folds the records of one run into spans."""

    def __init__(self, log: LogReader, *, run: str, simulated: bool, content: bool = False) -> None:
        """Fold what `log` names as well.

        Args:
            log: holds the contents that records name.
            run: the run's id.
            simulated: whether its times and tokens are computed; the run's span says so.
            content: whether spans carry what was written: tasks, replies, arguments and results.
        """
        self._trace = Trace(log, run=run, content=content)
        self._turns = TurnSpans(self._trace)
        self._merges = MergeSpans(self._trace, self._turns)
        self._folds = {**self._turns.folds, **self._merges.folds}
        self._run_id = run
        self._simulated = simulated
        self.is_over = False
        """Whether the run has ended, as far as it was folded."""

    def add(self, record: Record) -> list[Span]:
        """Fold the next record; the spans that it ended."""
        position, self._trace.time, _, event = record
        self._trace.ended = []
        found = told(event)
        if found is not None:
            span = self._turns.of(found.agent, found.turn)
            self._trace.note(span, found.name, found.attributes)
        self._of_run(record)
        fold = self._folds.get(type(event))
        if fold is not None:
            fold(event, position)
        return self._trace.ended

    def finish(self) -> list[Span]:
        """End what is still open where the log ends; the run's span as well, if it had not ended."""
        self._trace.ended = []
        self._merges.finish()
        self._turns.finish()
        if self._trace.run is not None and not self.is_over:
            self._trace.cut(self._trace.run)
        return self._trace.ended

    def _of_run(self, record: Record) -> None:
        match record.event:
            case events.RunStarted():
                self._start(record.event)
            case events.RunResumed():
                self.is_over = False
            case events.RunFinished():
                self._finish_run(record.event)
            case events.TaskAdded():
                self._trace.tasks[record.event.task.id] = record.event.task
            case _:
                pass

    def _start(self, event: events.RunStarted) -> None:
        spec = msgspec.json.decode(self._trace.log.blob(event.spec), type=Spec)
        team = spec.team
        self._trace.spec = spec
        project = " ".join(spec.project.split())[:LONGEST_NAME]
        self._trace.run = Span(
            key=RUN,
            name=f"{Operation.WORKFLOW} {project}".strip(),
            start=self._trace.time,
            attributes=self._trace.named(
                Operation.WORKFLOW,
                workflow=project,
                run=self._run_id,
                seed=event.seed,
                clock=spec.clock,
                simulated=self._simulated,
                team=team.preset,
                team_size=len(team.members),
                assignment=team.assignment.value,
                scheduler=team.scheduler.value,
                claims=team.claims.value,
                pacing=team.pacing.value,
                consistency=team.rules.consistency.value,
            ),
        )

    def _finish_run(self, event: events.RunFinished) -> None:
        self.is_over = True
        run = self._trace.run
        if run is None:
            return
        run.attributes |= known(
            outcome=event.outcome.value,
            reason=event.reason or None,
            tasks_total=event.total,
            tasks_done=event.done,
            tasks_verified=event.verified,
        )
        run.attributes.pop(Name.ERROR, None)
        error = "" if event.outcome is Outcome.DONE else event.outcome.value
        self._trace.close(run, error=error)


def spans_of(records: Iterable[Record], tracer: Tracer) -> list[Span]:
    """All spans of a run, in the order in which they began; of one that ended twice, the last."""
    found: dict[str, Span] = {}
    for record in records:
        for span in tracer.add(record):
            found[span.key] = span
    for span in tracer.finish():
        found[span.key] = span
    return sorted(found.values(), key=lambda span: (span.start, _depth(span, found)))


def _depth(span: Span, spans: Mapping[str, Span]) -> int:
    """How many spans it is part of."""
    return 0 if span.parent is None else 1 + _depth(spans[span.parent], spans)
