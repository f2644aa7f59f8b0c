"""Each figure's table on runs that are few enough to work out by hand."""

from collections.abc import Sequence
from math import sqrt
from typing import Any

import polars as pl
import pytest
from tests.analysis.metrics.kit import tables
from tests.bench.study.study_kit import DEC, PRE, failures, replies, run

from brooks.bench.study import figures

TEAMS = tables(
    run("x1", PRE, 1, 100, input_tokens=900, output_tokens=100),
    run("x2", PRE, 1, 120, input_tokens=1900, output_tokens=100),
    run("x3", PRE, 2, 50, input_tokens=2000, output_tokens=1000),
    run("x4", PRE, 2, 60, input_tokens=2000, output_tokens=1000),
    run("y1", PRE, 1, 90, project="y", input_tokens=50, output_tokens=50),
    run("y2", PRE, 2, 90, project="y", input_tokens=300, output_tokens=100),
    run("failed", PRE, 2, 1, marked_done=False),
    run("other", PRE, 2, 7, model="new"),
)


def row(frame: pl.DataFrame, **of: Any) -> dict[str, Any]:
    """The one row that is about this, without what it is about."""
    found = frame.filter(**of)
    assert found.height == 1
    return {name: value for name, value in found.row(0, named=True).items() if name not in of}


def about(*values: float | None) -> Sequence[Any]:
    return [None if value is None else pytest.approx(value) for value in values]


def test_speedup_is_taken_by_project_and_then_averaged() -> None:
    """x: 110 s by 55 s is 2; y: 90 s by 90 s is 1. Failed runs are left out.

    Of x the means' variances are 200 / 2 and 50 / 2, relative to their squares 1/121 each, so that of
    the speedup is 4 x 2/121; y has one run a cell and adds nothing; half the root of their sum is the SEM.
    """
    found = row(figures.speedup(TEAMS), mode=PRE, model="m", p_label="p05", n=2)

    assert list(found.values()) == about(1.5, sqrt(8 / 121) / 2, 2, 4 / 3)


def test_one_agent_has_a_speedup_of_one_without_spread() -> None:
    found = row(figures.speedup(TEAMS), mode=PRE, model="m", p_label="p05", n=1)

    assert list(found.values()) == about(1, 0, 2, 1)


def test_a_model_without_a_single_agent_has_no_speedup() -> None:
    """A cell that has nothing to be divided by is not in these figures, and is in the others."""
    new = pl.col("model") == "new"

    assert figures.speedup(TEAMS).filter(new).is_empty()
    assert figures.cost_speedup(TEAMS).filter(new).is_empty()
    assert figures.tokens(TEAMS).filter(new).height == 1


def test_cost_beside_speedup() -> None:
    """x: 3000 by (1000 + 2000) / 2 is twice the tokens, y: 400 by 100 four times; 2/2 and 1/4."""
    found = row(figures.cost_speedup(TEAMS), mode=PRE, model="m", p_label="p05", n=2)

    assert list(found.values()) == about(1.5, 3, 0.625, 2)


def test_tokens_of_successful_runs() -> None:
    """3000, 3000 and 400: mean 6400/3; deviations 2600/3 twice and -5200/3, variance 2600² / 3."""
    found = row(figures.tokens(TEAMS), mode=PRE, model="m", p_label="p05", n=2)

    assert list(found.values()) == about(6400 / 3, 2600 / 3, 4300 / 3, 700, 3)


def test_success_is_of_all_runs() -> None:
    found = figures.success_rate(TEAMS)

    assert list(row(found, mode=PRE, model="m", p_label="p05", n=2).values()) == about(0.75, 4)
    assert list(row(found, mode=PRE, model="new", p_label="p05", n=2).values()) == about(1, 1)


def test_conflicts_are_as_their_source_counts_them() -> None:
    """Of two successful decentralized runs one says how often, the other's events are counted."""
    writes = [(1, "a"), (1, "b"), (2, "a")]
    shown = figures.conflicts(
        tables(
            run("told", DEC, 2, 10, told_concurrent_writes=5, told_claims_refused=4),
            run("counted", DEC, 2, 10),
            run("failed", DEC, 2, 10, marked_done=False, told_concurrent_writes=99),
            run("pre", PRE, 2, 10, told_concurrent_writes=99),
            actions=[
                *(
                    {"run": "counted", "kind": "write", "round": at, "agent": agent, "path": "f"}
                    for at, agent in writes
                ),
                {"run": "counted", "kind": "claim refused", "reason": "not_ready"},
                {"run": "counted", "kind": "claim refused", "reason": "already_leased"},
            ],
        )
    )

    # 5 and 1 differ by 4: their deviation is sqrt(8), and the SEM that by sqrt(2)
    assert shown.select("metric").to_series().to_list() == [
        "concurrent_writes", "rewrites", "claims_blocked",
    ]  # fmt: skip
    assert list(row(shown, model="m", metric="concurrent_writes").values()) == about(3, 2, 2)
    assert list(row(shown, model="m", metric="rewrites").values()) == about(0.5, 0.5, 2)
    assert list(row(shown, model="m", metric="claims_blocked").values()) == about(2.5, 1.5, 2)


def test_extra_messages_and_idle_rounds_are_of_all_runs() -> None:
    """Decentralized 3 and 1 replies, all idle; preassigned 1 and 1, of which one is not idle."""
    history = tables(
        run("d1", DEC, 1, 10),
        run("d2", DEC, 1, 10, marked_done=False),
        run("p1", PRE, 1, 10),
        run("p2", PRE, 1, 10),
        calls=[
            *replies("d1", 1, "a", 1, 1, 1),
            *replies("d2", 1, "a", 1),
            *replies("p1", 1, "a", 1),
            *replies("p2", 1, "a", 1),
        ],
        actions=[{"run": "p2", "kind": "completion", "round": 1}],
    )

    extra = row(figures.extra_messages(history), model="m", n=1)
    idle = row(figures.extra_idle(history), model="m", n=1)

    assert list(extra.values()) == about(2, 1, 1, 1, 2, 2)
    assert list(idle.values()) == about(2, 0.5, 1.5, sqrt(1 + 0.25), 2, 2)


def test_straggler_gaps_are_of_rounds() -> None:
    """Two rounds: 4 less (4 + 2)/2 is 1; 9 less (9 + 3)/2 is 3. A third has one reply."""
    history = tables(
        run("r", PRE, 2, 10, marked_done=False),
        calls=[*replies("r", 1, "a", 4, 9, 5), *replies("r", 1, "b", 2, 3)],
    )

    found = row(figures.straggler(history), mode=PRE, model="m", p_label="p05", n=2)

    assert list(found.values()) == about(2, sqrt(2), 2, 1)


def test_failed_tests_of_successful_runs() -> None:
    """1 of 2 tests in one round and 3 of 3 in two: pooled 4 of 5, by round (1 + 1.5)/2."""
    history = tables(
        run("a", DEC, 2, 10, rounds=1),
        run("b", DEC, 2, 10, rounds=2),
        run("failed", DEC, 2, 10, marked_done=False),
        actions=[
            *failures("a", 1),
            {"run": "a", "kind": "check", "passed": True},
            *failures("b", 3),
            *failures("failed", 9),
        ],
    )

    found = row(figures.failed_tests(history), mode=DEC, model="m")

    assert list(found.values()) == about(2, 1, 2, 2.5, 0.8, 1.25)


def test_every_figure_of_nothing_is_empty() -> None:
    """But for its columns; a figure that compares modes needs one of them."""
    nothing = TEAMS.only(pl.col("model") == "m").only(~pl.col("marked_done"))

    for name, figure in figures.FIGURES.items():
        assert figure(nothing).columns == figure(TEAMS).columns, name
