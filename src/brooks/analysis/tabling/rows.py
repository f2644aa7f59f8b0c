"""Everything put together: the records of one run's log, as rows of the five tables."""

from collections.abc import Iterable, Iterator
from typing import Any

from brooks.analysis.availability import UNREACHABLE
from brooks.analysis.columns import ACTIONS, CALLS, CONFLICTS, RUNS, TASKS, Rows, Table
from brooks.analysis.summary import Summary
from brooks.analysis.tabling.about import About, CallsOf
from brooks.analysis.tabling.absences import Absences
from brooks.analysis.tabling.actions import Actions
from brooks.analysis.tabling.conflicts import ConflictRows
from brooks.analysis.tabling.entities import Answer
from brooks.analysis.tabling.folding import Folding
from brooks.analysis.tabling.history import History
from brooks.analysis.tabling.run_row import run_row
from brooks.analysis.tabling.task_rows import task_rows
from brooks.analysis.tabling.worth import worths
from brooks.core import events
from brooks.core.events import Record
from brooks.core.spec import FaultKind, Pacing, Spec
from brooks.ids import TaskId

Row = dict[str, Any]


def rows_of(
    records: Iterable[Record], spec: Spec, about: About, *, calls_of: CallsOf | None = None
) -> Rows:
    """The rows of one run, up to wherever its log ends.

    Args:
        records: the run's log, from its first record.
        spec: what was run.
        about: what neither of them says.
        calls_of: the tool calls of a reply, for the checks that agents ran for themselves; without
            it these are no rows.
    """
    rounds = spec.team.pacing is Pacing.ROUNDS
    history, absences, conflicts = History(), Absences(), ConflictRows()
    actions = Actions(history, rounds=rounds, calls_of=calls_of)
    summary = Summary(simulated=about.simulated, clock=spec.clock, model=spec.model)
    folding = Folding(history, absences, actions, conflicts)
    end = 0.0
    for record in _from_start(records):
        end = record.time
        if not _is_of_one_message(record):
            folding.add(record)
            summary.add(record)
    summary.time = end
    history.close(end)
    run = run_row(summary, history, spec=spec, about=about, last_check=actions.last_check)
    return {
        RUNS.name: _columns(RUNS, [run], about.run),
        CALLS.name: _columns(CALLS, _call_rows(history, rounds=rounds), about.run),
        ACTIONS.name: _columns(ACTIONS, actions.rows, about.run),
        TASKS.name: _columns(TASKS, task_rows(history, absences), about.run),
        CONFLICTS.name: _columns(CONFLICTS, conflicts.rows, about.run),
    }


def _from_start(records: Iterable[Record]) -> Iterator[Record]:
    """The records with their times counted from the first one's."""
    start: float | None = None
    for record in records:
        if start is None:
            start = record.time
        yield record._replace(time=record.time - start) if start else record


def _is_of_one_message(record: Record) -> bool:
    """Whether it says what became of one message: a third of a log on a bad wire, and in no table."""
    event = record.event
    return type(event) is events.FaultInjected and event.kind not in _LASTING


_LASTING = frozenset({*(kind.value for kind in FaultKind), UNREACHABLE})


def _columns(table: Table, rows: list[Row], run: str) -> dict[str, list[Any]]:
    found = {name: [row[name] for row in rows] for name in table.names if name != "run"}
    return {"run": [run] * len(rows), **found}


def _call_rows(history: History, *, rounds: bool) -> list[Row]:
    return [
        {
            "call": answer.number,
            "agent": answer.agent,
            "turn": None if answer.turn is None else answer.turn.id,
            "role": None if answer.turn is None else answer.turn.role.value,
            "round": answer.turn.round if rounds and answer.turn is not None else None,
            "task": _task_of(answer),
            "began": answer.began,
            "ended": answer.ended,
            "waited": answer.waited,
            "input_tokens": answer.usage.input_tokens,
            "output_tokens": answer.usage.output_tokens,
            "dollars": answer.usage.dollars,
            "worth": None if worth is None else worth.value,
        }
        for answer, worth in zip(history.answers, worths(history), strict=True)
    ]


def _task_of(answer: Answer) -> TaskId | None:
    """The one task that a reply was about: that it touched, or else that its turn is about."""
    tasks = answer.touched or (answer.turn.about if answer.turn is not None else {})
    return next(iter(tasks)) if len(tasks) == 1 else None
