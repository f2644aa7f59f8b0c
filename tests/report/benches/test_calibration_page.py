"""The page of a calibration: what was seen, what is drawn from the profile, and how far apart they are."""

from statistics import fmean, median

import polars as pl
import pytest

from brooks.analysis.tables import Tables
from brooks.plan.calibrating import Fitted
from brooks.plan.calibrating.drawing import KINDS, drawn_seconds, fitted_replies
from brooks.plan.calibrating.replies import replies_of
from brooks.report.calibration_page import calibration_page
from brooks.report.page.contents import Grid, Page, Plot

RUNS = 40


@pytest.fixture(scope="module")
def page(traces: Tables, fitted: Fitted) -> Page:
    """Its page."""
    return calibration_page(traces, fitted)


def part(page: Page, name: str) -> Plot | Grid:
    """One part of a page."""
    every = [part for section in page.sections for part in section.parts]
    return next(part for part in every if part.name == name)


def test_what_is_drawn_stands_beside_the_replies_that_were_fitted(
    traces: Tables, fitted: Fitted
) -> None:
    """Reply by reply; the same again each time, and about as long."""
    seen = fitted_replies(replies_of(traces))

    drawn = drawn_seconds(fitted.profile, seen)

    assert drawn == drawn_seconds(fitted.profile, seen)
    assert drawn != drawn_seconds(fitted.profile, seen, seed=1)
    assert len(drawn) == len(seen) == 12 * RUNS
    assert set(seen["kind"]) == set(KINDS[:3])
    assert fmean(drawn) == pytest.approx(seen.select(pl.col("seconds").mean()).item(), rel=0.15)


def test_quantiles_are_those_of_the_replies(traces: Tables, page: Page) -> None:
    """Half of the replies take at most the median."""
    plot = part(page, "reply-seconds")

    assert isinstance(plot, Plot)
    ((level,),) = plot.data.values()
    found = {
        panel: seconds
        for panel, source, share, seconds in zip(
            *(level.columns[name] for name in ("panel", "source", "share", "seconds")), strict=True
        )
        if source == "seen" and share == 0.5
    }
    seen = fitted_replies(replies_of(traces))
    for kind in KINDS[:3]:
        assert found[kind] == pytest.approx(median(seen.filter(pl.col("kind") == kind)["seconds"]))


def test_habits_are_the_estimates_with_their_intervals(fitted: Fitted, page: Page) -> None:
    """Those that are shares."""
    plot = part(page, "habits")

    assert isinstance(plot, Plot)
    ((level,),) = plot.data.values()
    known = {one.key: (one.value, one.low, one.high) for one in fitted.parameters}
    columns = (level.columns[name] for name in ("key", "value", "low", "high"))
    for key, *values in zip(*columns, strict=True):
        assert tuple(values) == known[key]


def test_tables_hold_every_key_and_measure(fitted: Fitted, page: Page) -> None:
    """What was fitted, how well, what was guessed, and what would be needed."""
    keys, goodness, priors = (part(page, name) for name in ("keys", "goodness", "priors"))

    assert isinstance(keys, Grid)
    assert isinstance(goodness, Grid)
    assert isinstance(priors, Grid)
    assert [row[1].value for row in keys.rows] == [one.value for one in fitted.parameters]
    assert [row[2].value for row in goodness.rows] == [one.value for one in fitted.goodness]
    assert [row[1].value for row in priors.rows] == [one.value for one in fitted.priors]
    guessed = next(section for section in page.sections if section.name == "guessed")
    assert len(guessed.says) == len(fitted.missing)


def test_what_is_drawn_is_called_simulated_and_what_was_seen_is_not(page: Page) -> None:
    """Each in its own plots."""
    named = {
        each.name: each.simulated
        for section in page.sections
        for each in section.parts
        if isinstance(each, Plot)
    }
    assert named == {
        "reply-seconds": True, "reply-quantiles": True, "run-seconds": True, "run-tokens": True,
        "habits": False, "kinds": False,
    }  # fmt: skip


@pytest.mark.slow
def test_its_plots_can_be_drawn(page: Page) -> None:
    """By the program that draws them in a page."""
    pytest.importorskip("vl_convert")
    from brooks.report.page.pictures import svg

    for section in page.sections:
        for each in section.parts:
            if isinstance(each, Plot):
                assert "<path" in svg(each)
