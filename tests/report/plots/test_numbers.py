"""Every number that a page of a run shows is the metric's own."""

from collections.abc import Callable
from typing import Any

import pytest

from brooks.analysis.metrics.catalogue import METRICS, measure
from brooks.analysis.tables import Tables
from brooks.report.page.contents import Cell, Columns, Grid, Page, Plot
from brooks.report.plots.told import Told
from brooks.report.plots.waits import COLUMNS as WAITS
from brooks.report.run_page import page_of

SHAPES = {
    "usual": {"agents": 3, "tasks": 12, "replies": 2, "fail_every": 3, "letters": True},
    "alone": {"agents": 1, "tasks": 5},
    "many": {"agents": 40, "tasks": 120, "fail_every": 2},
    "cut off": {"agents": 3, "tasks": 12, "fail_every": 3, "cut": 90},
    "barely begun": {"agents": 2, "tasks": 4, "cut": 1},
    "nothing done": {"agents": 2, "tasks": 4, "cut": 14},
}

Shown = tuple[Told, Page]


@pytest.fixture(params=SHAPES)
def shown(request: pytest.FixtureRequest, make_up: Callable[..., Any]) -> Shown:
    """A run and its page, beside a run of one agent."""
    alone = make_up(agents=1, tasks=12, run="alone")
    told = make_up(**SHAPES[request.param]).told(others=(alone.rows,))
    return told, page_of(told, {})


def parts(page: Page) -> dict[str, Plot | Grid]:
    return {part.name: part for section in page.sections for part in section.parts}


def rows_of(page: Page, name: str, data: str) -> Columns:
    """The rows themselves of a plot's data; no rows where there is no such plot or data."""
    part = parts(page).get(name)
    assert not isinstance(part, Grid)
    return part.data[data][-1].columns if part is not None and data in part.data else {}


def values_of(columns: Columns, *names: str) -> list[tuple[Any, ...]]:
    """The rows of some columns; none where there are none."""
    return list(zip(*(columns.get(name, ()) for name in names), strict=True))


def sum_of(columns: Columns, name: str, **where: str) -> float:
    places = range(len(columns.get(name, ())))
    chosen = [n for n in places if all(columns[key][n] == value for key, value in where.items())]
    return float(sum(columns[name][n] or 0 for n in chosen))


def test_facts_are_metrics(shown: Shown) -> None:
    told, page = shown

    for fact in page.facts:
        expected = told.row[fact.name] if fact.name == "verified" else told.metrics[fact.name]
        assert fact.value == expected


def test_the_table_of_metrics_has_every_metric_once_with_its_own_value(shown: Shown) -> None:
    told, page = shown
    there = parts(page)
    known, unknown = there["metrics"], there.get("unknown-metrics")
    assert isinstance(known, Grid)
    values = {row[0].value: row[1].value for row in known.rows}
    missing = [row[0].value for row in unknown.rows] if isinstance(unknown, Grid) else []

    assert sorted([*values, *missing], key=str) == sorted(METRICS)
    assert values == {name: value for name, value in told.metrics.items() if value is not None}
    assert len(known.notes) == len(known.rows)


def test_metrics_are_what_measure_gives(make_up: Callable[..., Any]) -> None:
    team, alone = make_up(agents=3, tasks=12), make_up(agents=1, tasks=12, run="alone")
    both = Tables.joined([Tables.of(team.rows), Tables.of(alone.rows)])

    measured = measure(both).row(0, named=True)

    assert team.told(others=(alone.rows, team.rows)).metrics == {
        name: measured[name] for name in METRICS
    }


def test_lanes_add_up_to_what_the_summary_says_of_each_agent(shown: Shown) -> None:
    told, page = shown
    bars = rows_of(page, "lanes", "bars")

    for name, agent in told.summary.agents.items():
        facts = agent.to_json(told.summary.time)
        seconds = [
            end - start
            for start, end, lane in values_of(bars, "start", "end", "lane")
            if lane == name
        ]
        expected = sum(
            facts[f"{what}_seconds"] for what in ("model", "check", "write", "idle", "gone")
        )
        assert sum(seconds) == pytest.approx(expected, abs=1e-3)


def test_marks_count_merges_conflicts_and_failed_checks(shown: Shown) -> None:
    told, page = shown
    happened = rows_of(page, "trouble", "happened")
    conflicts = sum_of(happened, "count") - sum_of(happened, "count", kind="failed check")

    assert conflicts == told.metrics["conflicts"]
    assert sum_of(happened, "count", kind="failed check") == told.metrics["test_failures"]
    merged = sum_of(rows_of(page, "lanes", "happened"), "count", kind="merged")
    assert merged == told.row["done"]


def test_the_burn_up_ends_with_the_tables_counts(shown: Shown) -> None:
    told, page = shown
    steps = rows_of(page, "burn-up", "steps")
    last = dict(values_of(steps, "series", "value"))

    assert last.get("done", 0) == told.row["done"]
    assert last.get("tasks", 0) == told.row["tasks"]
    if "verified on the final tree" in last:
        assert last["verified on the final tree"] == told.row["verified"]
    if "ideal" in last:
        ends = [
            end
            for name, end in zip(steps["series"], steps["start"], strict=True)
            if name == "ideal"
        ]
        assert max(ends) == pytest.approx(told.row["span_seconds"], abs=1e-5)


def test_tokens_and_money_add_up_to_the_metric_in_every_plot(shown: Shown) -> None:
    told, page = shown
    tokens = told.metrics["tokens"]

    assert sum_of(rows_of(page, "tokens-by-agent", "bars"), "tokens") == tokens
    assert sum_of(rows_of(page, "tokens-by-task", "bars"), "tokens") == pytest.approx(tokens)
    over_time = rows_of(page, "tokens-over-time", "steps")
    assert max(over_time.get("value", []), default=0) == tokens
    money = rows_of(page, "dollars-over-time", "steps")
    assert max(money.get("value", []), default=0) == pytest.approx(told.metrics["dollars"])


def test_shares_of_tokens_by_worth_are_the_metrics(shown: Shown) -> None:
    told, page = shown
    bars = rows_of(page, "tokens-by-agent", "bars")
    judged = sum_of(bars, "tokens") - sum_of(bars, "tokens", worth="unknown")

    for worth in ("useful", "redundant", "wasted"):
        share = told.metrics[f"{worth}_tokens"]
        if share is not None:
            assert sum_of(bars, "tokens", worth=worth) == pytest.approx(share * judged)


def test_the_last_row_of_costs_is_the_run(shown: Shown) -> None:
    told, page = shown
    grid = parts(page).get("cost")
    if not isinstance(grid, Grid):
        assert not told.calls
        return
    last: tuple[Cell, ...] = grid.rows[-1]
    values = dict(zip(grid.heads, (cell.value for cell in last), strict=True))

    assert values["replies"] == told.metrics["messages"]
    assert values["tokens in"] == told.row["input_tokens"]
    assert values["tokens out"] == told.row["output_tokens"]
    assert values["US$"] == pytest.approx(told.metrics["dollars"])


def test_waits_add_up_to_the_table_of_tasks(shown: Shown) -> None:
    """The mean of a task's wait is the metric; the last bar stands for several tasks."""
    told, page = shown
    waits = rows_of(page, "waits", "waits")

    for what, column in WAITS.items():
        rows = values_of(waits, "what", "seconds", "tasks")
        seconds = sum(each * tasks for name, each, tasks in rows if name == what)
        mean = told.metrics[column]
        assert seconds == pytest.approx((mean or 0.0) * len(told.tasks), abs=1e-3)


def test_the_graph_has_every_task_and_the_critical_ones_of_the_metric(shown: Shown) -> None:
    told, page = shown
    nodes = rows_of(page, "graph", "nodes")

    if nodes and told.tasks:
        assert len(nodes["task"]) == told.row["tasks"]
        assert sum(nodes["critical"]) == told.metrics["critical_tasks"]


def test_messages_add_up_to_deliveries(shown: Shown) -> None:
    told, page = shown

    assert sum_of(rows_of(page, "messages", "pairs"), "messages") == told.row["deliveries"]
