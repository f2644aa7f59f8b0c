"""Tables of a few literal rows, whose other columns are unknown, and what a case of a metric is."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from brooks.analysis.columns import ACTIONS, CALLS, CONFLICTS, RUNS, TASKS, Table
from brooks.analysis.tables import Tables

Row = Mapping[str, Any]


def tables(
    *runs: Row,
    calls: Iterable[Row] = (),
    actions: Iterable[Row] = (),
    tasks: Iterable[Row] = (),
    conflicts: Iterable[Row] = (),
) -> Tables:
    """The tables of these rows; what a row does not say is None."""
    return Tables.of(
        {
            RUNS.name: _columns(RUNS, runs),
            CALLS.name: _columns(CALLS, calls),
            ACTIONS.name: _columns(ACTIONS, actions),
            TASKS.name: _columns(TASKS, tasks),
            CONFLICTS.name: _columns(CONFLICTS, conflicts),
        }
    )


def _columns(table: Table, rows: Iterable[Row]) -> dict[str, list[Any]]:
    every = list(rows)
    for row in every:
        assert set(row) <= set(table.names), f"{table.name} has no such column: {row!r}"
    return {name: [row.get(name) for row in every] for name in table.names}


class Case(NamedTuple):
    """A history, and what metrics of it are, worked out by hand."""

    name: str
    history: Tables
    values: dict[str, dict[str, float | None]]
    """By metric and run; every run of the history is in each."""
