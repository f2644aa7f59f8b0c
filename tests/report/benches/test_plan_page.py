"""The page of a plan: every number is that of the plan, and everything is called simulated."""

from typing import Any

import pytest

from brooks.plan.reasons import time_text
from brooks.report.page.contents import Grid, Page, Plot
from brooks.report.plan_page import plan_page
from brooks.report.plots.frontier import frontier_plot

Plan = dict[str, Any]


def parts_of(page: Page) -> list[Plot | Grid]:
    """Every plot and table."""
    return [part for section in page.sections for part in section.parts]


def rows_of(plot: Plot) -> list[dict[str, Any]]:
    """The rows of its data set."""
    ((level,),) = plot.data.values()
    names = list(level.columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*level.columns.values(), strict=True)]


def test_the_verdict_says_what_to_take_and_what_that_gains(plan: Plan) -> None:
    """In one sentence, which begins with the word simulated."""
    page = plan_page(plan)

    assert page.verdict == (
        "Simulated: for the shortest time, take hybrid:4: 0.31 times the time of one agent, "
        "1.05 times its tokens."
    )
    assert page.tone == "good"


def test_one_agent_is_an_answer(plan: Plan) -> None:
    """Then nothing is compared with it."""
    plan["recommended"] |= plan["candidates"][0] | {"keeps_limits": True}

    page = plan_page(plan)

    assert page.verdict == "Simulated: for the shortest time, one agent is enough: single."
    assert "seconds_ratio" not in {fact.name for fact in page.facts}


def test_limits_that_nothing_keeps_are_said_first(plan: Plan) -> None:
    """And the page is coloured so."""
    plan["recommended"]["keeps_limits"] = False

    page = plan_page(plan)

    assert "no team keeps your limits" in page.verdict
    assert page.tone == "bad"


def test_every_candidate_is_a_point_with_its_brackets(plan: Plan) -> None:
    """Of too few runs there are no brackets; the line goes through the frontier, quickest first."""
    rows = rows_of(frontier_plot(plan))

    teams = {row["name"]: row for row in rows if row["kind"] == "team"}
    assert {name: row["standing"] for name, row in teams.items()} == {
        "single": "one agent", "hybrid:4": "recommended", "hybrid:8": "on the frontier",
        "leased:2": "other",
    }  # fmt: skip
    for found in plan["candidates"]:
        drawn = teams[found["name"]]
        assert (drawn["seconds"], drawn["cost"]) == (
            found["seconds"]["typical"], found["tokens"]["typical"]
        )  # fmt: skip
    assert teams["leased:2"]["seconds_low"] is None
    assert teams["single"]["cost_high"] == plan["candidates"][0]["tokens"]["high"]
    assert [row["name"] for row in rows if row["kind"] == "line"] == [
        "hybrid:8",
        "hybrid:4",
        "single",
    ]
    assert [row["deadline"] for row in rows if row["kind"] == "deadline"] == [90.0]


def test_the_table_has_every_number_of_the_plan(plan: Plan) -> None:
    """The best first, those that were dropped last."""
    grid = next(part for part in parts_of(plan_page(plan)) if part.name == "candidates")

    assert isinstance(grid, Grid)
    assert [row[0].text for row in grid.rows] == ["hybrid:4", "single", "hybrid:8", "leased:2"]
    first, found = grid.rows[0], plan["candidates"][1]
    assert first[2].value == found["seconds"]["typical"]
    assert first[2].text == time_text(found["seconds"]["typical"])
    assert [cell.value for cell in first[5:8]] == [
        found["tokens"][key] for key in ("typical", "low", "high")
    ]


def test_reasons_are_told_in_the_plans_own_words(plan: Plan) -> None:
    """As sentences; a name at the beginning stays as it is."""
    says = {section.name: section.says for section in plan_page(plan).sections}

    assert says["why"] == ("The chain a -> b has to be done in this order.",)
    assert says["changes"] == ("Split 'a' into two.",)
    assert says["sure"] == ("openai:gpt is simulated as 'typical'.",)


def test_how_well_plans_did_so_far_is_told_where_it_is_known(plan: Plan) -> None:
    """With what came inside of its interval."""
    ratio = plan["candidates"][0]["seconds"] | {"typical": 1.1, "low": 0.88, "high": 1.32}
    told = {"name": "seconds", "inside": 3, "ratio": ratio}
    plan["so_far"] = {
        "runs": 4, "verified": 4, "expected_verified": 3.6, "told": [told], "latest": []
    }  # fmt: skip

    says = {section.name: section.says for section in plan_page(plan).sections}["sure"]

    assert (
        "Of 4 real runs of planned teams so far 4 ended verified, and 3.6 were expected to." in says
    )
    assert any("happened over predicted 1.10 [0.88, 1.32]" in sentence for sentence in says)


def test_everything_on_it_is_called_simulated(plan: Plan) -> None:
    """Plots and tables, and what is left of them when they are taken from the page."""
    page = plan_page(plan)

    assert page.simulated
    assert all(part.simulated for part in parts_of(page))
    assert all("simulated" in part.title for part in parts_of(page) if isinstance(part, Plot))


@pytest.mark.slow
def test_its_plots_can_be_drawn(plan: Plan) -> None:
    """By the program that draws them in a page."""
    pytest.importorskip("vl_convert")
    from brooks.report.page.pictures import svg

    for part in parts_of(plan_page(plan)):
        if isinstance(part, Plot):
            assert "<path" in svg(part)
