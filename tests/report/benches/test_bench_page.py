"""The page of a bench: what is on it, however large or small the bench is."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from brooks.analysis.tables import Tables
from brooks.bench.comparing import compare_teams
from brooks.bench.experiment import Past
from brooks.bench.study.findings import findings
from brooks.report.bench_page import bench_page
from brooks.report.imported_page import imported_page
from brooks.report.page.contents import Grid, Page, Plot
from brooks.report.study_sections import verdict_on
from brooks.spec.experiment import Experiment, SuiteChoice, TeamChoice
from brooks.spec.teams import build_team

Made = Callable[..., Tables]
TWO = ("single:1", "hybrid:4")


def plots_of(page: Page) -> list[Plot]:
    """Every plot of a page."""
    return [part for section in page.sections for part in section.parts if isinstance(part, Plot)]


def grids_of(page: Page) -> dict[str, Grid]:
    """Every table of a page."""
    every = [part for section in page.sections for part in section.parts]
    return {part.name: part for part in every if isinstance(part, Grid)}


@pytest.fixture
def two_cells(made: Made) -> tuple[Tables, Past]:
    """What `brooks compare` leaves: one agent and a team of four, on one project."""
    tables = made(teams=("single", "hybrid"), sizes=(1, 4), places=(("mathlib", "mixed"),))
    kept = (pl.col("team") == "single") == (pl.col("size") == 1)
    experiment = Experiment(
        name="two",
        suites=(SuiteChoice(name="mathlib/mixed", path="tasks.yaml"),),
        teams=tuple(TeamChoice(name=text.partition(":")[0], team=build_team(text)) for text in TWO),
        models=("sim:typical",),
        repetitions=7,
        seed=0,
    )
    return tables.only(kept), Past(
        path=Path("manifest.json"), experiment=experiment, facts={"tables": {}}
    )


def test_two_cells_give_the_verdict_of_the_statistics(two_cells: tuple[Tables, Past]) -> None:
    """The sentence of `brooks compare` is that of the page, and says that it is simulated."""
    tables, past = two_cells

    page = bench_page(tables, past)

    (found,) = compare_teams(tables, past.experiment.teams)
    assert found.by_time.sentence in page.verdict
    assert "simulated" in page.verdict
    sentences = [row[-1].text for row in grids_of(page)["verdicts"].rows]
    assert sentences == [verdict.sentence for verdict in found.verdicts]


def test_two_cells_have_a_plot_of_everything_that_is_known(two_cells: tuple[Tables, Past]) -> None:
    """Speed, price, time, risk, and what was lost."""
    page = bench_page(*two_cells)

    names = {plot.name for plot in plots_of(page)}
    assert {"speedup", "worth", "time", "verified", "turns"} <= names
    assert len(grids_of(page)["cells"].rows) == 2


@pytest.mark.slow
def test_models_have_plots_of_their_own(made: Made) -> None:
    """And every name is there once."""
    page = bench_page(made(models=("sim:typical", "sim:quick"), sizes=(1, 2)))

    names = [plot.name for plot in plots_of(page)]
    assert len(set(names)) == len(names)
    assert {"speedup-1", "speedup-2"} <= set(names)
    assert any("sim:quick" in plot.title for plot in plots_of(page))


@pytest.mark.slow
def test_nothing_simulated_is_shown_without_the_word(made: Made) -> None:
    """On each plot and table of it."""
    page = bench_page(made(sizes=(1, 2)), published=measured(made))

    assert page.simulated
    assert all(plot.simulated for plot in plots_of(page))
    assert all(grid.simulated for grid in grids_of(page).values())


@pytest.mark.slow
def test_published_runs_stand_beside_ours_in_another_shape(made: Made) -> None:
    """Which shape is which is in the legend, with the word simulated at ours."""
    page = bench_page(made(sizes=(1, 2)), published=measured(made))

    plot = next(plot for plot in plots_of(page) if plot.name == "study-speedup")
    shapes = [
        layer["encoding"]["shape"]["scale"]
        for layer in plot.spec["spec"]["layer"]
        if "shape" in layer["encoding"]
    ]
    assert shapes == [{"domain": ["published", "ours, simulated"], "range": ["circle", "square"]}]


def measured(made: Made) -> Tables:
    """Runs that were published."""
    tables = made(models=("theirs",), sizes=(1, 2))
    return Tables(
        tables.frames
        | {
            "runs": tables.runs.with_columns(
                simulated=pl.lit(value=False),
                source=pl.lit("published"),
                team=pl.col("team").replace_strict(
                    {
                        "paper-preassigned": "preassign_nolead",
                        "paper-decentralized": "decentralized",
                    }
                ),
            )
        }
    )


def test_runs_of_one_agent_alone_have_a_page(made: Made) -> None:
    """Without speedups, and without an error."""
    page = bench_page(made(teams=("single",), sizes=(1,), repetitions=1))

    assert not any(plot.name.startswith("speedup") for plot in plots_of(page))
    assert page.verdict.startswith("2 of 2 runs ended with everything verified")


@pytest.mark.slow
def test_measured_runs_are_not_called_simulated(made: Made) -> None:
    """Imported runs happened; their page shows the study's findings with a verdict on each."""
    tables = measured(made)

    page = bench_page(tables)

    assert page == imported_page(tables)
    assert not page.simulated
    assert "simulated" not in page.verdict
    grid = grids_of(page)["findings"]
    assert [row[2].value for row in grid.rows] == [each.value for each in findings(tables)]


def test_a_finding_agrees_if_what_is_told_is_in_its_interval(made: Made) -> None:
    """Or is nearly it; a statistic that grows with the number of runs is not compared."""
    by_name = {each.name: each for each in findings(measured(made))}
    median = by_name["median_speedup_pre"]

    inside = verdict_on(median, median.value)
    outside = verdict_on(median, 100.0)
    statistic = verdict_on(by_name["mannwhitney_U_pre_vs_dec_speedup"], 1e9)

    assert inside[1] == "good"
    assert outside[1] == "bad"
    assert statistic[1] == "quiet"
    assert verdict_on(median, None) == ("no number told", "quiet")


@pytest.mark.slow
def test_every_plot_can_be_drawn(made: Made) -> None:
    """By the program that draws it in a page, which refuses what is no specification."""
    pytest.importorskip("vl_convert")
    from brooks.report.page.pictures import svg

    page = bench_page(
        made(sizes=(1, 2, 4), places=(("mathlib", "mixed"),)), published=measured(made)
    )

    for plot in plots_of(page):
        assert "<path" in svg(plot), plot.name
