"""Runs of several sizes as series, and speedups with intervals."""

from math import exp, log, sqrt

import polars as pl
import pytest
from scipy.stats import t

from brooks.analysis.fitting import speedups
from brooks.analysis.scaling import Series, as_speedups, series_of, speedups_at
from brooks.analysis.tables import Tables
from brooks.errors import UsageError

ROWS = ((1.0, 90.0), (1.0, 110.0), (1.0, 100.0), (2.0, 60.0), (2.0, 40.0), (4.0, 25.0))


def tables(*runs: tuple[str, int, float, bool]) -> Tables:
    """Runs of a team, a size, so many seconds, verified or not; all marked done."""
    return Tables(
        {
            "runs": pl.DataFrame(
                [
                    {
                        "run": f"r{number}", "project": "p", "structure": "mixed", "model": "m",
                        "faults": "", "team": team, "size": size, "seconds": seconds,
                        "marked_done": True, "verified_done": verified, "parallel_fraction": 0.5,
                    }
                    for number, (team, size, seconds, verified) in enumerate(runs)
                ]
            )
        }
    )  # fmt: skip


def test_a_series_has_the_verified_runs_of_a_team() -> None:
    """Or those marked done, if that is asked for."""
    runs = tables(("leased", 1, 10.0, True), ("leased", 2, 6.0, False), ("leased", 2, 5.0, True))

    (verified,) = series_of(runs)
    (marked,) = series_of(runs, verified=False)

    assert verified.rows == ((1.0, 10.0), (2.0, 5.0))
    assert verified.sizes == (1, 2)
    assert verified.title == "leased on p/mixed, m"
    assert marked.rows == ((1.0, 10.0), (2.0, 6.0), (2.0, 5.0))


def test_a_team_that_was_never_alone_has_the_one_agent_of_single() -> None:
    """As every comparison has."""
    runs = tables(("single", 1, 12.0, True), ("hybrid", 4, 4.0, True))

    found = {series.team: series.rows for series in series_of(runs)}

    assert found == {"single": ((1.0, 12.0),), "hybrid": ((4.0, 4.0), (1.0, 12.0))}


def test_speedups_are_those_that_are_fitted_with_intervals_beside() -> None:
    """By hand: the delta method on the logarithm, with Welch's degrees of freedom."""
    found = speedups_at(ROWS)

    assert [point.value for point in found] == [
        each.value for each in speedups((int(size), seconds) for size, seconds in ROWS)
    ]
    alone, two = 100.0 / 3 / 100**2, 200.0 / 2 / 50**2
    freedom = (alone + two) ** 2 / (alone**2 / 2 + two**2 / 1)
    reach = t.ppf(0.975, freedom) * sqrt(alone + two)
    assert found[1].low == pytest.approx(exp(log(2) - reach))
    assert found[1].high == pytest.approx(exp(log(2) + reach))


def test_one_run_of_a_size_bounds_nothing() -> None:
    """It has a speedup all the same; one agent is as fast as itself."""
    first, _, last = speedups_at(ROWS)

    assert (first.low, first.high) == (1.0, 1.0)
    assert (last.value, last.low, last.high) == (4.0, None, None)


def test_runs_that_are_all_alike_have_an_interval_of_one_value() -> None:
    """Nothing is divided by zero."""
    found = speedups_at(((1.0, 8.0), (1.0, 8.0), (2.0, 4.0), (2.0, 4.0)))

    assert (found[1].value, found[1].low, found[1].high) == (2.0, 2.0, 2.0)


def test_without_one_agent_there_is_no_speedup() -> None:
    """Nothing here, and an error where speedups are asked for."""
    assert speedups_at(((2.0, 4.0),)) == ()
    with pytest.raises(UsageError, match="no row of size 1"):
        as_speedups(((2.0, 4.0),), "mine")


def test_faults_are_in_the_title() -> None:
    """Since they are part of what was run."""
    series = Series(
        project="p", structure="mixed", model="m", faults="crashes", team="leased",
        parallel_fraction=None, rows=(),
    )  # fmt: skip

    assert series.title == "leased on p/mixed, m, crashes"
