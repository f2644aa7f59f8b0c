"""Every number on the page of a bench is what the functions of analysis and bench give."""

from collections.abc import Callable
from statistics import fmean, median
from typing import Any

import polars as pl
import pytest

from brooks.analysis.fitting import fit_laws
from brooks.analysis.laws import amdahl
from brooks.analysis.metrics.catalogue import METRICS, measure
from brooks.analysis.scaling import as_speedups, series_of, speedups_at
from brooks.analysis.tables import Tables
from brooks.bench.experiment.summary import summarise
from brooks.bench.statistics.intervals import interval_of_mean, interval_of_median
from brooks.bench.study.figures import FIGURES
from brooks.report.page.contents import Plot
from brooks.report.plots.cells import metric_plot, time_plot, verified_plot
from brooks.report.plots.figures import figure_plots
from brooks.report.plots.speedup import scaled, speedup_plot
from brooks.report.plots.worth import worth_plot

Made = Callable[..., Tables]
TEAMS = ("paper-preassigned", "paper-decentralized")


def rows(plot: Plot | None, kind: str) -> list[dict[str, Any]]:
    """The rows of one kind of a plot with one data set."""
    assert plot is not None
    ((level,),) = plot.data.values()
    names = list(level.columns)
    every = [
        dict(zip(names, row, strict=True)) for row in zip(*level.columns.values(), strict=True)
    ]
    return [row for row in every if row["kind"] == kind]


@pytest.mark.slow
def test_speedups_laws_and_bounds_are_those_of_analysis(made: Made) -> None:
    """Points with their intervals, the best law, Amdahl's bound for the graph."""
    series = series_of(made(teams=TEAMS[:1]))

    plot = speedup_plot("speedup", scaled(series), basis="verified", simulated=True, teams=TEAMS)

    for each in series:
        panel = f"{each.project}/{each.structure}"
        expected = speedups_at(each.rows)
        points = [row for row in rows(plot, "point") if row["panel"] == panel]
        assert [(row["agents"], row["speedup"], row["low"], row["high"]) for row in points] == [
            (point.size, point.value, point.low, point.high) for point in expected
        ]
        sizes, values = zip(*as_speedups(each.rows, ""), strict=True)
        best = fit_laws(sizes, values)[0]
        law = [row for row in rows(plot, "law") if row["panel"] == panel]
        assert [row["speedup"] for row in law] == [best.value(row["x"]) for row in law]
        band = [row for row in rows(plot, "band") if row["panel"] == panel][-1]
        assert (band["low"], band["high"]) == (best.predict(4).low, best.predict(4).high)
        bound = [row for row in rows(plot, "bound") if row["panel"] == panel][-1]
        assert bound["speedup"] == amdahl(each.parallel_fraction or 0.0, 4)


def test_times_are_those_of_the_runs_and_middles_their_medians(made: Made) -> None:
    """Verified runs make the middle; the others are shown, and count for nothing."""
    tables = made()

    plot = time_plot("time", tables, simulated=True)

    assert [row["value"] for row in rows(plot, "run")] == tables.runs["seconds"].to_list()
    first = rows(plot, "middle")[0]
    cell = tables.runs.filter(
        (pl.col("team") == TEAMS[0]) & (pl.col("size") == 1) & (pl.col("project") == "mathlib")
    )
    times = cell["verified_seconds"].to_list()
    interval = interval_of_median(times)
    assert (first["value"], first["low"], first["high"]) == (
        median(times), interval.low, interval.high
    )  # fmt: skip


def test_shares_of_verified_runs_are_those_of_the_summary(made: Made) -> None:
    """With Wilson's interval."""
    summaries = summarise({"runs": made().runs.to_dict(as_series=False)})

    found = rows(verified_plot("verified", summaries, simulated=True), "middle")

    assert [(row["value"], (row["low"], row["high"]), row["runs"]) for row in found] == [
        (cell.verified, cell.verified_interval, cell.runs) for cell in summaries
    ]


def test_a_metric_is_drawn_as_the_catalogue_measures_it(made: Made) -> None:
    """Each run's value, and means with Student's interval."""
    tables = made()

    plot = metric_plot(
        "tokens", "tokens", tables, title="Tokens", says="Of each run.", simulated=True
    )

    values = METRICS["tokens"].of(tables)["value"].to_list()
    assert [row["value"] for row in rows(plot, "run")] == values
    first, interval = rows(plot, "middle")[0], interval_of_mean(values[:7])
    assert (first["value"], first["low"], first["high"]) == (
        fmean(values[:7]), interval.low, interval.high
    )  # fmt: skip


@pytest.mark.parametrize("verified", [True, False])
def test_speed_for_tokens_is_the_mean_of_its_metrics(made: Made, verified: bool) -> None:
    """Of verified runs against one verified agent, of others against the same team alone."""
    tables = made()

    found = rows(
        worth_plot("worth", tables, verified=verified, teams=TEAMS, simulated=True), "cell"
    )

    names = ("verified_speedup", "verified_token_cost") if verified else ("speedup", "token_cost")
    known = tables.runs.join(measure(tables, names), on="run").filter(pl.col("size") > 1)
    for row in found:
        of_cell = known.filter(
            (pl.col("team") == row["team"])
            & (pl.col("size") == row["agents"])
            & (pl.col("project") == row["panel"].partition("/")[0])
        ).drop_nulls(names[0])
        assert row["speedup"] == of_cell[names[0]].mean()
        assert row["cost"] == of_cell[names[1]].mean()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("figure", "plot", "value", "error"),
    [
        ("fig_speedup", "study-speedup", "speedup_mean", "speedup_sem"),
        ("fig_tokens", "study-tokens", "tokens_mean", "tokens_sem"),
        ("success_rate", "study-success-rate", "success_rate", None),
    ],
)
def test_figures_of_the_study_are_those_of_its_tables(
    made: Made, figure: str, plot: str, value: str, error: str | None
) -> None:
    """Of two sources beside each other, each by its own runs."""
    sources = {"published": made(models=("theirs",)), "ours": made(sizes=(1, 2))}

    drawn = {each.name: each for each in figure_plots(sources)}[plot]

    for source, tables in sources.items():
        points = [row for row in rows(drawn, "point") if row["source"] == source]
        frame = FIGURES[figure](tables)
        assert [row["value"] for row in points] == frame[value].to_list()
        if error:
            assert [row["error"] for row in points] == frame[error].to_list()
