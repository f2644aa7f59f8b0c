"""The tables that measurements read: exactly their columns, whatever they were made from."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from brooks.analysis.columns import RUNS, TABLES, Kind, no_rows
from brooks.analysis.tables import Tables, schema


def some() -> Tables:
    """Three runs with a call each and an action of two of them."""
    return Tables(
        {
            "runs": pl.DataFrame({"run": ["a", "b", "c"], "size": [1, 2, None]}),
            "calls": pl.DataFrame({"run": ["c", "a", "b"], "call": [1, 1, 1]}),
            "actions": pl.DataFrame({"run": ["b", "a", "b"], "kind": ["write", "check", "claim"]}),
        }
    )


def assert_same(one: Tables, other: Tables) -> None:
    for name, frame in one.frames.items():
        assert_frame_equal(frame, other.frames[name])


def test_each_table_has_exactly_its_columns() -> None:
    """Missing columns are unknown, others are left out, and the order is that of the declaration."""
    made = Tables(
        {"runs": pl.DataFrame({"colour": ["red"], "size": [3], "run": ["a"]}), "moods": some().runs}
    )

    assert set(made.frames) == {table.name for table in TABLES}
    for table in TABLES:
        assert dict(made.frames[table.name].schema) == schema(table)
    row = made.runs.row(0, named=True)
    assert {name: value for name, value in row.items() if value is not None} == {
        "run": "a",
        "size": 3,
    }


def test_values_are_of_the_columns_kind() -> None:
    """Files of others keep whole numbers as floating ones, and the other way round."""
    made = Tables({"runs": pl.DataFrame({"run": ["a"], "size": [2.0], "seconds": [90]})})

    assert made.runs["size"].to_list() == [2]
    assert made.runs["seconds"].dtype == pl.Float64


def test_a_value_that_is_not_of_its_kind_is_refused() -> None:
    with pytest.raises(pl.exceptions.InvalidOperationError, match="size"):
        Tables({"runs": pl.DataFrame({"run": ["a"], "size": ["many"]})})


def test_rows_become_tables() -> None:
    """What is folded from a log has every column; a table without rows still has its types."""
    rows = no_rows()
    rows["runs"] = {name: [None] for name in RUNS.names} | {"run": ["a"], "marked_done": [True]}

    made = Tables.of(rows)

    assert made.runs.select("run", "marked_done", "seed").rows() == [("a", True, None)]
    assert made.calls.is_empty()
    assert_same(made, Tables.of({"runs": rows["runs"]}))


def test_rows_with_a_column_that_does_not_exist_are_refused() -> None:
    rows = no_rows()
    rows["runs"]["colour"] = []

    with pytest.raises(ValueError, match="schema"):
        Tables.of(rows)


def test_parts_are_joined_in_order() -> None:
    first, second = some().only(pl.col("run") == "b"), some().only(pl.col("run") == "a")

    joined = Tables.joined([first, second])

    assert joined.runs["run"].to_list() == ["b", "a"]
    assert joined.actions["kind"].to_list() == ["write", "claim", "check"]


def test_nothing_joined_is_empty() -> None:
    assert_same(Tables.joined([]), Tables.of(no_rows()))


def test_only_some_runs_keep_their_rows_in_order() -> None:
    """Rows of other tables follow their run; a run of which it is unknown is not among them."""
    everything = some()

    kept = everything.only(pl.col("size") >= 1)

    assert kept.runs["run"].to_list() == ["a", "b"]
    assert kept.calls["run"].to_list() == ["a", "b"]
    assert kept.actions["kind"].to_list() == ["write", "check", "claim"]
    assert everything.runs.height == 3


def test_tables_are_not_changed_through_their_frames() -> None:
    made = some()

    made.frames.clear()
    made.frames["runs"] = some().calls

    assert_same(made, some())


def test_every_column_says_what_it_is() -> None:
    """Names are one of their table, every text ends as a sentence, every first column is the run."""
    for table in TABLES:
        assert table.says.endswith(".")
        assert table.columns[0].name == "run"
        assert len(set(table.names)) == len(table.names)
        for column in table.columns:
            assert column.says.endswith(".")
            assert isinstance(column.kind, Kind)
