"""What a plan found: time against cost of every team that was simulated, and how sure each is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from brooks.report.page.contents import Plot, level
from brooks.report.plots.colours import BLUE, GREEN, GREY, VERMILION
from brooks.report.plots.panels import LEGEND, Spec, columns_of, of_kind, tooltip
from brooks.report.plots.shares import name_axis, share_axis, share_layers

Plan = Mapping[str, Any]
Row = dict[str, Any]
RECOMMENDED = "recommended"
ALONE = "one agent"
FRONTIER = "on the frontier"
OTHER = "other"
STANDINGS = (RECOMMENDED, ALONE, FRONTIER, OTHER)
WIDE = 12
"""How many times the least the most is where an axis is logarithmic."""
LEAST_FOR_SPAN = 4
"""Runs from which on it is shown where eight of ten lie."""


def cost_in(plan: Plan) -> str:
    """`dollars` or `tokens`."""
    return str(plan["cost_in"])


def name_of(plan: Plan, row: Mapping[str, Any]) -> str:
    """What a candidate is called, with its model where there are several."""
    several = len(plan["models"]) > 1
    return f"{row['name']} {row['model']}" if several else str(row["name"])


def standing_of(plan: Plan, row: Mapping[str, Any]) -> str:
    """What a candidate is in this plan."""
    chosen = plan["recommended"]
    if (row["name"], row["model"]) == (chosen["name"], chosen["model"]):
        return RECOMMENDED
    if row["name"] == chosen.get("baseline") and row["model"] == chosen["model"]:
        return ALONE
    return FRONTIER if row["frontier"] else OTHER


def frontier_plot(plan: Plan) -> Plot:
    """Every candidate as a point of time and cost, with brackets that hold eight of ten runs."""
    rows = list(_rows(plan))
    line = sorted(
        ({**row, "kind": "line"} for row in rows if row["frontier"]), key=lambda row: row["seconds"]
    )
    labels = list(_labels(rows))
    limits = [
        {"kind": kind, kind: value}
        for kind, value in (
            ("deadline", plan["limits"].get("deadline_seconds")),
            ("budget", plan["limits"].get(cost_in(plan))),
        )
        if value is not None
    ]
    said = "; ".join(
        f"{row['name']} {row['seconds']:.0f} s for {_cost(plan, row['cost'])}" for row in line
    )
    return Plot(
        name="frontier",
        title="Time against cost, simulated",
        says="Each mark is a team, simulated; its brackets hold eight of ten runs. Nothing is both quicker "
        "and cheaper than what is on the line. Down and left is better.",
        alternative=f"On the frontier, quickest first: {said or 'nothing was run often enough'}.",
        spec={
            "data": {"name": "candidates"},
            "height": 340,
            "layer": _layers(plan, rows, {row["kind"] for row in limits}),
        },
        data={"candidates": level(columns_of([*line, *rows, *labels, *limits]))},
        simulated=True,
    )


def _labels(rows: Sequence[Row]) -> Iterator[Row]:
    """Names of the recommended team, above its point, and of one agent, below; each towards the middle."""
    times = [row["seconds"] for row in rows]
    middle = (min(times) + max(times)) / 2
    for row in rows:
        if row["standing"] in {RECOMMENDED, ALONE}:
            side = "left" if row["seconds"] <= middle else "right"
            yield {**row, "kind": f"{row['standing']}, {side}"}


def _cost(plan: Plan, value: float) -> str:
    return f"${value:.3g}" if cost_in(plan) == "dollars" else f"{value:,.0f} tokens"


def _rows(plan: Plan) -> Iterator[Row]:
    for row in plan["candidates"]:
        cost = row[cost_in(plan)]
        if cost is None:
            continue
        is_known = row["runs"] >= LEAST_FOR_SPAN
        yield {
            "kind": "team", "name": name_of(plan, row), "short": row["name"], "agents": row["size"],
            "standing": standing_of(plan, row), "frontier": bool(row["frontier"]), "runs": row["runs"],
            "seconds": row["seconds"]["typical"], "cost": cost["typical"],
            "seconds_low": row["seconds"]["low"] if is_known else None,
            "seconds_high": row["seconds"]["high"] if is_known else None,
            "cost_low": cost["low"] if is_known else None,
            "cost_high": cost["high"] if is_known else None,
            "verified": row["ends_verified"]["value"],
        }  # fmt: skip


def _scale(values: Sequence[float | None]) -> Spec:
    known = [value for value in values if value is not None]
    if known and min(known) > 0 and max(known) > WIDE * min(known):
        return {"type": "log"}
    return {"zero": False, "nice": True, "padding": 14}


def _layers(plan: Plan, rows: Sequence[Row], limits: set[str]) -> list[Spec]:
    unit = cost_in(plan)
    x: Spec = {
        "field": "seconds", "type": "quantitative", "title": "seconds until all is verified, simulated",
        "scale": _scale([row[end] for row in rows for end in ("seconds_low", "seconds_high", "seconds")]),
        "axis": {"tickCount": 8, "format": "~s"},
    }  # fmt: skip
    y: Spec = {
        "field": "cost", "type": "quantitative", "title": f"{unit}, simulated",
        "scale": _scale([row[end] for row in rows for end in ("cost_low", "cost_high", "cost")]),
        "axis": {"tickCount": 6, "format": "$~g" if unit == "dollars" else "~s"},
    }  # fmt: skip
    form = "$,.3~g" if unit == "dollars" else ",.0f"
    told = tooltip(
        ("name", "team", ""), ("standing", "", ""), ("agents", "agents", "d"),
        ("seconds", "seconds", ",.3~g"), ("seconds_low", "from", ",.3~g"), ("seconds_high", "to", ",.3~g"),
        ("cost", unit, form), ("cost_low", "from", form), ("cost_high", "to", form),
        ("verified", "runs that end verified", ".0%"), ("runs", "simulated runs", "d"),
    )  # fmt: skip
    colours = {"domain": list(STANDINGS), "range": [GREEN, VERMILION, BLUE, GREY]}
    shapes = {"domain": list(STANDINGS), "range": ["diamond", "square", "circle", "circle"]}
    standing: Spec = {"field": "standing", "type": "nominal", "title": None, "legend": LEGEND}
    colour, shape = {**standing, "scale": colours}, {**standing, "scale": shapes}
    faint = {"condition": {"test": "datum.standing === 'other'", "value": 0.25}, "value": 0.8}
    size = {"condition": {"test": "datum.standing === 'other'", "value": 38}, "value": 110}
    ends_x = {"x": {**x, "field": "seconds_low"}, "x2": {"field": "seconds_high"}, "y": y}
    ends_y = {"y": {**y, "field": "cost_low"}, "y2": {"field": "cost_high"}, "x": x}
    return [
        *_limits(x, y, limits),
        of_kind("line", {
            "mark": {"type": "line", "interpolate": "step-after", "color": BLUE, "strokeDash": [6, 3],
                     "strokeWidth": 1.5},
            "encoding": {"x": x, "y": y, "order": {"field": "seconds", "type": "quantitative"}},
        }),
        of_kind("team", {"mark": {"type": "rule", "strokeWidth": 1.3},
                         "encoding": {**ends_x, "color": colour, "opacity": faint}}),
        of_kind("team", {"mark": {"type": "rule", "strokeWidth": 1.3},
                         "encoding": {**ends_y, "color": colour, "opacity": faint}}),
        of_kind("team", {
            "mark": {"type": "point", "filled": True, "opacity": 1},
            "encoding": {"x": x, "y": y, "color": colour, "size": size, "shape": shape,
                         "tooltip": told},
        }),
        *_label_layers(x, y),
    ]  # fmt: skip


def _label_layers(x: Spec, y: Spec) -> Iterator[Spec]:
    for standing, up in ((RECOMMENDED, -11), (ALONE, 15)):
        for side, across in (("left", 9), ("right", -9)):
            yield of_kind(f"{standing}, {side}", {
                "mark": {"type": "text", "align": side, "dx": across, "dy": up, "fontWeight": "bold",
                         "limit": 170},
                "encoding": {"x": x, "y": y, "text": {"field": "short", "type": "nominal"}},
            })  # fmt: skip


def _limits(x: Spec, y: Spec, limits: set[str]) -> Iterator[Spec]:
    for kind, axis, encoded in (("deadline", "x", x), ("budget", "y", y)):
        if kind in limits:
            yield of_kind(kind, {
                "mark": {"type": "rule", "color": VERMILION, "strokeWidth": 1.5, "strokeDash": [2, 2]},
                "encoding": {
                    axis: {**encoded, "field": kind},
                    "tooltip": {"field": kind, "type": "quantitative", "title": kind},
                },
            })  # fmt: skip


def verified_share_plot(plan: Plan, shown: Sequence[Mapping[str, Any]]) -> Plot:
    """How often the simulated runs of some candidates end with all verified, with Wilson's interval."""
    rows = [
        {
            "kind": "team", "team": name_of(plan, row), "standing": standing_of(plan, row),
            "value": row["ends_verified"]["value"], "low": row["ends_verified"]["low"],
            "high": row["ends_verified"]["high"], "runs": row["runs"],
        }
        for row in shown
    ]  # fmt: skip
    x = share_axis("runs that end verified, simulated")
    y = name_axis("team", [row["team"] for row in rows], widest=170)
    told = tooltip(
        ("team", "team", ""), ("value", "verified", ".1%"), ("low", "from", ".1%"), ("high", "to", ".1%"),
        ("runs", "simulated runs", "d"),
    )  # fmt: skip
    said = "; ".join(f"{row['team']} {row['value']:.0%}" for row in rows)
    return Plot(
        name="risk",
        title="How often it ends well, simulated",
        says="Share of the simulated runs in which no task uses up its attempts; bars are Wilson's 95 % "
        "intervals. Teams that were run a few times only may be anywhere in them.",
        alternative=f"Share of simulated runs that end verified: {said}.",
        spec={
            "data": {"name": "risk"},
            "height": max(60, 22 * len(rows)),
            "layer": share_layers(x, y, told),
        },
        data={"risk": level(columns_of(rows))},
        simulated=True,
    )
