"""Every metric on histories small enough to work out by hand; the arithmetic is beside each value."""

import polars as pl
import pytest
from tests.analysis.metrics import (
    cases_against_one,
    cases_by_attempt,
    cases_by_round,
    cases_by_run,
    cases_by_task,
)
from tests.analysis.metrics.kit import Case, tables

from brooks.analysis.columns import no_rows
from brooks.analysis.metrics.catalogue import METRICS, measure
from brooks.analysis.tables import Tables
from brooks.errors import UsageError

CASES = (
    *cases_by_run.CASES,
    *cases_against_one.CASES,
    *cases_by_attempt.CASES,
    *cases_by_task.CASES,
    *cases_by_round.CASES,
)
COUNTS = {
    "messages", "temporal_violations", "claims_refused", "test_failures", "checks", "idle_attempts",
    "rewrites_by_attempt", "overlapping_writes",
}  # fmt: skip
"""They count what every source would have told: zero where it told nothing."""


def test_every_metric_has_a_case() -> None:
    """If this fails: work out a value of the new metric by hand and add it to a module of cases."""
    worked_out = {
        name
        for case in CASES
        for name, values in case.values.items()
        if any(value for value in values.values())
    }

    assert worked_out == set(METRICS)


@pytest.mark.parametrize(
    ("case", "name"),
    [pytest.param(case, name, id=f"{case.name}: {name}") for case in CASES for name in case.values],
)
def test_a_metric_is_what_a_hand_works_out(case: Case, name: str) -> None:
    found = measure(case.history, [name])

    values = dict(zip(found["run"], found[name], strict=True))
    assert values == {
        run: None if value is None else pytest.approx(value)
        for run, value in case.values[name].items()
    }


@pytest.mark.parametrize("name", METRICS)
def test_empty_tables_have_no_values(name: str) -> None:
    values = METRICS[name].of(Tables.of(no_rows()))

    assert values.is_empty()
    assert values.columns == ["run", "value"]
    assert values["value"].dtype == pl.Float64


@pytest.mark.parametrize("name", METRICS)
def test_what_is_unknown_is_not_zero(name: str) -> None:
    """Of a run of which only its id is known, all that can be said is how often nothing was told."""
    found = measure(tables({"run": "r"}), [name])

    assert found[name].to_list() == [0.0 if name in COUNTS else None]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_runs_of_another_model_change_nothing(case: Case) -> None:
    """The same runs under another model's name are measured alike, and each by its own kind."""
    renamed = Tables(
        {
            name: frame.with_columns(run=pl.format("again {}", "run"))
            for name, frame in case.history.frames.items()
        }
        | {
            "runs": case.history.runs.with_columns(
                run=pl.format("again {}", "run"),
                model=pl.format("new {}", pl.col("model").fill_null("")),
            )
        }
    )
    names = list(case.values)
    alone = measure(case.history, names)
    both = measure(Tables.joined([case.history, renamed]), names)

    first, second = both.head(alone.height), both.tail(alone.height)
    assert first.equals(alone)
    assert second.drop("run").equals(alone.drop("run"))
    assert second["run"].to_list() == [f"again {run}" for run in alone["run"]]


def test_the_order_of_runs_is_kept() -> None:
    found = measure(tables(*({"run": run, "seconds": 1.0} for run in "cab")), ["seconds"])

    assert found["run"].to_list() == ["c", "a", "b"]


def test_a_metric_that_does_not_exist_is_named() -> None:
    with pytest.raises(UsageError, match=r"there is no metric 'speed'; there are: marked_done, "):
        measure(tables(), ["seconds", "speed"])


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_says_what_it_is(name: str) -> None:
    metric = METRICS[name]

    assert metric.name == name
    assert metric.says.endswith(".")
    assert metric.unit
    assert metric.source
