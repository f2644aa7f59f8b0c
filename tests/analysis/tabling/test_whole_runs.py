"""Whole runs in memory, of every preset: what must be true of the rows of any run."""

import math
from typing import Any

import pytest
from tests.runtime.kit import Run, agent, cut_copy, go_on, make_spec, make_team, run, task

from brooks.analysis.columns import TABLES, Rows
from brooks.analysis.summary import Summary
from brooks.analysis.tables import Tables
from brooks.analysis.tabling import About, Called, rows_of
from brooks.core import events
from brooks.core.events import Record
from brooks.core.spec import Budget, Fault, FaultKind, FaultPlan, MessageFaults, Spec
from brooks.ids import BlobHash
from brooks.models.base import decode_reply
from brooks.spec.presets import PRESETS

ABOUT = About(run="run", project="a test", structure="mixed", repetition=2, simulated=True)
PROJECT = (
    task("a", files=["a.txt"]),
    task("b", "a", files=["b.txt"]),
    task("c", "b", files=["c.txt"]),
    task("d", files=["d.txt"]),
    task("e", "a", "d", files=["e.txt"]),
)
FAULTS = FaultPlan(
    faults=(
        Fault(kind=FaultKind.CRASH, agent=agent(1), at=3.0, seconds=20.0),
        Fault(kind=FaultKind.STALL, agent=agent(2), at=9.0, seconds=50.0),
        Fault(kind=FaultKind.PARTITION, agent=agent(1), at=40.0, seconds=10.0),
    ),
    messages=MessageFaults(lost=0.1, duplicated=0.1, delayed=0.1),
)
WAITS = (
    "waited_dependency", "waited_agent", "waited_lease", "waited_check", "waited_merge",
    "waited_rate_limit", "waited_barrier", "worked",
)  # fmt: skip


def spec_of(preset: str, *, faults: FaultPlan | None = None, budget: Budget | None = None) -> Spec:
    size = 1 if preset == "single" else 3
    return make_spec(
        PROJECT,
        team=make_team(preset, size),
        model="steady",
        faults=faults,
        budget=budget,
        seed=3,
    )


def tabled(records: list[Record], spec: Spec, **options: Any) -> Rows:
    """The rows, after what is true of all rows was looked at."""
    rows = rows_of(records, spec, ABOUT, **options)
    summary = Summary.of(records)
    for table in TABLES:
        assert tuple(rows[table.name]) == table.names
        assert len({len(values) for values in rows[table.name].values()}) == 1
    assert_adds_up(rows, records[-1].time - records[0].time if records else 0.0)
    assert_agrees(rows, summary)
    return rows


def assert_adds_up(rows: Rows, end: float) -> None:
    tasks = rows["tasks"]
    for at, name in enumerate(tasks["task"]):
        parts = [tasks[wait][at] for wait in WAITS]
        assert min(parts) >= 0, name
        until = tasks["done"][at]
        lost = tasks["status"][at] in {"failed", "blocked", "cancelled"}
        if not lost:
            whole = (end if until is None else until) - tasks["added"][at]
            assert math.isclose(sum(parts), whole, abs_tol=1e-6), name
        assert tasks["slack"][at] is None or tasks["slack"][at] >= 0
        assert tasks["done"][at] is None or tasks["begun"][at] is not None
    assert any(tasks["on_critical_path"]) == any(done is not None for done in tasks["done"])


def assert_agrees(rows: Rows, summary: Summary) -> None:
    runs = {name: value for name, [value] in rows["runs"].items()}
    calls, tasks, actions = rows["calls"], rows["tasks"], rows["actions"]
    spent = [
        ask + answer
        for ask, answer in zip(calls["input_tokens"], calls["output_tokens"], strict=True)
    ]
    assert sum(spent) == summary.tokens == runs["input_tokens"] + runs["output_tokens"]
    assert sum(tasks["tokens"]) <= summary.tokens + 1e-6
    assert calls["call"] == list(range(1, len(calls["call"]) + 1))
    kinds = actions["kind"]
    assert kinds.count("completion") == len(summary.tasks.done) + summary.reopened
    assert runs["done"] == len(summary.tasks.done) == tasks["status"].count("done")
    assert runs["verified"] == summary.tasks.verified == tasks["verified"].count(True)
    assert rows["conflicts"]["kind"].count("stale write") == summary.conflicts
    assert runs["busy_seconds"] <= runs["agent_seconds"] + 1e-6
    if runs["outcome"] is not None:
        assert None not in calls["worth"]
    if runs["team"] in {
        "single",
        "preassigned",
        "leased",
        "hybrid",
        "voting",
    }:  # no turn without task
        assert math.isclose(sum(tasks["tokens"]), summary.tokens)


def calls_of(ran: Run) -> Any:
    def of(reply: BlobHash) -> list[Called]:
        calls = decode_reply(ran.log.blob(reply)).calls
        return [Called(call.id, call.name, call.arguments.get("task")) for call in calls]

    return of


@pytest.mark.parametrize("preset", PRESETS)
def test_the_rows_of_every_preset_add_up_and_fit_the_tables(preset: str) -> None:
    spec = spec_of(preset)
    ran = run(spec)

    rows = tabled(ran.records, spec, calls_of=calls_of(ran))

    tables = Tables.of(rows)
    assert tables.runs["team"].to_list() == [preset]
    assert tables.runs["marked_done"].to_list() == [True]
    assert tables.tasks["status"].to_list() == ["done"] * 5
    assert set(tables.calls["worth"]) <= {"useful", "redundant", "wasted"}
    rounds = spec.team.pacing == "rounds"
    assert (tables.runs["rounds"][0] is not None) == rounds
    assert all((number is not None) == rounds for number in tables.calls["round"])


@pytest.mark.parametrize("preset", PRESETS)
def test_a_log_that_is_cut_anywhere_has_rows(preset: str) -> None:
    spec = spec_of(preset)
    records = run(spec).records

    for length in range(0, len(records), 3):
        tabled(records[:length], spec)


@pytest.mark.parametrize("preset", PRESETS)
def test_runs_with_faults_have_rows_that_add_up(preset: str) -> None:
    spec = spec_of(preset, faults=FAULTS, budget=Budget(turns=60))
    ran = run(spec)

    rows = tabled(ran.records, spec, calls_of=calls_of(ran))

    assert rows["runs"]["availability"][0] < 1


@pytest.mark.parametrize("preset", ["leased", "hybrid", "voting", "paper-decentralized"])
def test_a_resumed_run_has_rows_that_add_up(preset: str) -> None:
    spec = spec_of(preset)
    ran = run(spec)
    whole = ran.records
    middle = next(record.position for record in whole[len(whole) // 2 :] if _is_reply(record))

    resumed = go_on(cut_copy(ran.log, middle))

    rows = tabled(resumed.records, spec)
    claims = rows["actions"]["kind"].count("claim")
    leased = sum(len(event.tasks) for event in resumed.events(events.TasksLeased)) + len(
        resumed.events(events.ClaimStated)
    )
    assert rows["runs"]["marked_done"] == [True]
    assert claims <= leased


def _is_reply(record: Record) -> bool:
    return isinstance(record.event, events.ReplyReceived)


def test_a_run_that_its_budget_ends_has_rows() -> None:
    spec = spec_of("leased", budget=Budget(turns=2))

    rows = tabled(run(spec).records, spec)

    assert rows["runs"]["outcome"] == ["budget"]
    assert rows["runs"]["marked_done"] == [False]


def test_a_log_without_a_record_has_one_row_of_what_was_planned() -> None:
    spec = spec_of("leased")

    rows = rows_of([], spec, ABOUT)

    assert rows["runs"]["span"] == [3.0]
    assert rows["runs"]["repetition"] == [2]
    assert rows["runs"]["outcome"] == [None]
    assert rows["tasks"]["task"] == []
