"""What a team's speed costs: how many times as fast as one agent, for how many times the tokens."""

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from brooks.analysis.metrics.catalogue import measure
from brooks.analysis.tables import Tables
from brooks.report.page.contents import Plot, level
from brooks.report.plots.cells import cells_of
from brooks.report.plots.colours import GREY
from brooks.report.plots.panels import (
    Spec,
    coloured,
    columns_of,
    distinct,
    of_kind,
    panels,
    shaped,
    titled,
    tooltip,
)

Row = dict[str, Any]
VERIFIED = ("verified_speedup", "verified_token_cost")
OWN = ("speedup", "token_cost")
"""Metrics of speed and of its cost: against one verified agent, or against the same team alone."""


def worth_plot(
    name: str, tables: Tables, *, verified: bool, teams: Sequence[str], simulated: bool
) -> Plot | None:
    """Mean speedup and mean token cost of each cell of more than one agent; None where none has them."""
    speed, cost = VERIFIED if verified else OWN
    rows = list(_rows(tables, speed, cost))
    if not rows:
        return None
    most = max(max(row["speedup"], row["cost"]) for row in rows) * 1.1
    order = distinct(row["panel"] for row in rows)
    even = [
        {"kind": "even", "panel": panel, "speedup": at, "cost": at}
        for panel in order
        for at in (0.0, most)
    ]
    against = "one verified agent" if verified else "the same team with one agent"
    said = "; ".join(
        f"{row['panel']} {row['team']}:{row['agents']} {row['speedup']:.2f} times as fast for "
        f"{row['cost']:.2f} times the tokens"
        for row in rows
    )
    return Plot(
        name=name,
        title=titled("Speed for tokens", order),
        says=f"Each mark is a team of the size beside it, against {against}. Above the dashed line it is "
        "quicker by more than its tokens grow; left of 1 it is cheaper than one agent too.",
        alternative=f"Mean speedup and token cost: {said}.",
        spec=panels(_layers(teams), data="worth", by="panel", order=order, height=190),
        data={"worth": level(columns_of([*even, *rows]))},
        simulated=simulated,
    )


def _rows(tables: Tables, speed: str, cost: str) -> Iterator[Row]:
    values = measure(tables, (speed, cost))
    for cell in cells_of(tables):
        known = cell.runs.join(values, on="run", maintain_order="left").drop_nulls([speed, cost])
        if known.is_empty() or known["size"][0] == 1:
            continue
        means = known.select(pl.col(speed).mean(), pl.col(cost).mean()).row(0)
        yield {
            "kind": "cell", "panel": cell.panel, "team": known["team"][0], "agents": known["size"][0],
            "speedup": means[0], "cost": means[1], "runs": len(known),
        }  # fmt: skip


def _layers(teams: Sequence[str]) -> list[Spec]:
    x: Spec = {"field": "cost", "type": "quantitative", "title": "times the tokens", "scale": {"zero": True},
               "axis": {"tickCount": 5}}  # fmt: skip
    y: Spec = {
        "field": "speedup",
        "type": "quantitative",
        "title": "speedup",
        "scale": {"zero": True},
    }
    told = tooltip(
        ("team", "team", ""), ("agents", "agents", "d"), ("speedup", "speedup", ".3f"),
        ("cost", "times the tokens", ".3f"), ("runs", "runs", "d"),
    )  # fmt: skip
    path = {"mark": {"type": "line", "strokeWidth": 1, "opacity": 0.5}}
    marks = {"color": coloured("team", teams), "shape": shaped("team", teams)}
    return [
        of_kind("even", {
            "mark": {"type": "line", "strokeDash": [5, 4], "color": GREY, "strokeWidth": 1.2},
            "encoding": {"x": x, "y": y},
        }),
        of_kind("cell", {**path, "encoding": {
            "x": x, "y": y, "order": {"field": "agents", "type": "quantitative"},
            "color": coloured("team", teams),
        }}),
        of_kind("cell", {
            "mark": {"type": "point", "filled": True, "size": 65, "opacity": 1},
            "encoding": {"x": x, "y": y, **marks, "tooltip": told},
        }),
        of_kind("cell", {
            "mark": {"type": "text", "dx": 9, "dy": -5, "fontSize": 10},
            "encoding": {"x": x, "y": y, "text": {"field": "agents", "type": "quantitative"}},
        }),
    ]  # fmt: skip
