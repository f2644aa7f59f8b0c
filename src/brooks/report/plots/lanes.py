"""Who did what, and when: a lane for each agent, with the path that decided when the run was over."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from brooks.analysis.activity import Activity
from brooks.report.page.contents import Plot, Zoom, level
from brooks.report.plots.axes import SECONDS, Spec, coloured, legend, time_axis, tip
from brooks.report.plots.colours import ACTIVITIES, BLUE, GREY, IDLENESS, MOMENTS, VERMILION
from brooks.report.plots.lane_rows import (
    BAR,
    FAULT,
    LINK,
    MARK,
    MOMENT,
    WORK,
    bar_rows,
    columns_of,
    fault_rows,
    mark_rows,
    path_rows,
    run_rows,
    shown_agents,
    work_rows,
)
from brooks.report.plots.levels import point_levels, stretch_levels
from brooks.report.plots.told import Told
from brooks.report.wording import count, duration

_WORK_TIPS = [
    tip("lane", "agent"),
    tip("task", "at work on"),
    tip("start", "from, s", form=SECONDS),
    tip("end", "to, s", form=SECONDS),
]
KINDS = {kind: colour for kind, colour in ACTIVITIES.items() if kind != "idle"} | dict(
    IDLENESS.values()
)
"""What a bar says that its agent did, and its colour."""
Row = dict[str, Any]


def lanes_plot(told: Told, *, name: str = "lanes", until: float | None = None) -> Plot:
    """The lanes of a run.

    Args:
        told: the run.
        name: what the plot is called on its page.
        until: log seconds up to which the axis goes; None for those of the run.
    """
    shown = shown_agents(told)
    found = bar_rows(told, shown)
    works = work_rows(told, found)
    marks = mark_rows(told, shown)
    path = path_rows(told, works, shown)
    bars = columns_of(found, BAR)
    data = {
        "bars": stretch_levels(bars, told.span),
        "works": stretch_levels(columns_of(works, WORK), told.span, kind="task"),
        "faults": level(columns_of(fault_rows(told, shown), FAULT)),
        "path": level(columns_of(path, LINK)),
        "moments": level(columns_of(run_rows(told), MOMENT)),
    }
    kinds = [kind for kind in MOMENTS if any(mark["kind"] == kind for mark in marks)]
    if marks:
        data["happened"] = point_levels(columns_of(marks, MARK), told.span)
    end = told.span.end if until is None else until
    return Plot(
        name=name,
        title="Who did what, and when",
        says=_says(told, shown, path),
        alternative=_alternative(told, marks),
        spec=_spec(shown, sorted(set(bars["kind"])), kinds, told),
        data=data,
        simulated=told.simulated,
        zoom=Zoom(start=0.0, end=end),
    )


def _says(told: Told, shown: Sequence[str], path: Sequence[Row]) -> str:
    parts = [
        "One lane for each agent; its colour is what the agent did, and marks are what happened."
    ]
    critical = sum(1 for row in told.tasks if row["on_critical_path"])
    if critical:
        parts.append(
            f"The thick line follows the {count(critical, 'task')} that decided when the run was over: each "
            "waited for the one before."
        )
    if any(moment.agent is None for moment in told.moments):
        parts.append("A dashed line across all lanes is something that happened to the run.")
    if told.faults:
        parts.append("A dashed red line along the top of a lane: a fault was in effect.")
    hidden = len(told.agents) - len(shown)
    if hidden:
        parts.append(
            f"{count(hidden, 'agent')} of {len(told.agents)} {'is' if hidden == 1 else 'are'} not shown: "
            "those to whom least happened."
        )
    return " ".join(parts)


def _alternative(told: Told, marks: Sequence[Row]) -> str:
    spent = dict.fromkeys(KINDS, 0.0)
    for piece in told.lanes:
        idle = piece.doing == Activity.IDLE
        spent[IDLENESS[piece.why][0] if idle else piece.doing] += piece.end - piece.start
    whole = sum(spent.values())
    shares = "; ".join(f"{kind} {spent[kind] / whole:.0%}" for kind in KINDS if spent[kind] > 0)
    kinds = Counter(row["kind"] for row in marks)
    happened = ", ".join(f"{kind} {kinds[kind]}" for kind in MOMENTS if kinds[kind])
    return (
        f"{count(len(told.agents), 'agent')} over {duration(told.span.end)}. Of their time: "
        f"{shares or 'nothing yet'}. What happened: {happened or 'nothing'}."
    )


def _spec(shown: Sequence[str], doing: Sequence[str], kinds: Sequence[str], told: Told) -> Spec:
    step = max(9, min(42, 900 // max(1, len(shown))))
    lane: Spec = {
        "field": "lane",
        "type": "nominal",
        "sort": list(shown),
        "title": None,
        "scale": {"domain": list(shown), "paddingInner": 0.2, "paddingOuter": 0.1},
        "axis": {"labelLimit": 110, "ticks": False, "domain": False, "labelOverlap": True},
    }
    layers = [_bar_layer(lane, doing), _border_layer(lane, step), *_path_layers(lane)]
    if step >= 16:
        layers.append(_label_layer(lane, step))
    layers += [
        _fault_layer(lane),
        _run_layer(),
        *(_run_labels(left=left) for left in (True, False)),
    ]
    if kinds:
        layers.append(_mark_layer(lane, kinds, step))
    return {
        "height": {"step": step},
        "layer": layers,
        "resolve": {"scale": {"color": "independent", "shape": "independent"}},
    }


def _bar_layer(lane: Spec, doing: Sequence[str]) -> Spec:
    return {
        "data": {"name": "bars"},
        "mark": {"type": "bar", "clip": True},
        "encoding": {
            "x": time_axis("start"),
            "x2": {"field": "end"},
            "y": lane,
            "color": coloured("kind", KINDS, only=doing),
            "tooltip": [
                tip("lane", "agent"),
                tip("kind", "does"),
                tip("why", "waits for"),
                tip("task", "task"),
                tip("title", "which is"),
                tip("start", "from, s", form=SECONDS),
                tip("end", "to, s", form=SECONDS),
            ],
        },
    }


def _border_layer(lane: Spec, step: float) -> Spec:
    """Where an agent turned to another task. No frame: what lies above a bar would hide its values."""
    return {
        "data": {"name": "works"},
        "mark": {"type": "tick", "color": "#444444", "thickness": 1, "bandSize": 0.8 * step},
        "encoding": {"x": time_axis("start"), "y": lane, "tooltip": _WORK_TIPS},
    }


def _path_layers(lane: Spec) -> list[Spec]:
    middle = {"bandPosition": 0.97}
    return [
        {
            "data": {"name": "path"},
            "mark": {
                "type": "rule",
                "clip": True,
                "color": BLUE,
                "strokeWidth": 3.5,
                "strokeCap": "round",
            },
            "encoding": {
                "x": time_axis("start"),
                "x2": {"field": "end"},
                "y": {**lane, **middle},
                "y2": {"field": "to_lane", **middle},
                "tooltip": [
                    tip("task", "on the critical path"),
                    tip("to_lane", "agent"),
                    tip("start", "from, s", form=SECONDS),
                    tip("end", "to, s", form=SECONDS),
                ],
            },
        }
    ]


def _fault_layer(lane: Spec) -> Spec:
    return {
        "data": {"name": "faults"},
        "mark": {"type": "rule", "color": VERMILION, "strokeWidth": 4, "strokeDash": [6, 2]},
        "encoding": {
            "x": time_axis("start"),
            "x2": {"field": "end"},
            "y": {**lane, "bandPosition": 0.05},
            "tooltip": [
                tip("lane", "agent"), tip("kind", "fault"), tip("start", "from, s", form=SECONDS),
                tip("end", "to, s", form=SECONDS),
            ],
        },
    }  # fmt: skip


def _label_layer(lane: Spec, step: float) -> Spec:
    """Names of tasks where there is room for them."""
    size = 11 if step >= 22 else 9
    return {
        "data": {"name": "works"},
        "transform": [
            {"calculate": "max(datum.start, from)", "as": "left"},
            {"calculate": "min(datum.end, to)", "as": "right"},
            {"calculate": "(datum.right - datum.left) / (to - from) * width", "as": "room"},
            {"filter": f"datum.room > {0.62 * size} * length(datum.task) + 10"},
        ],
        "mark": {
            "type": "text", "align": "left", "baseline": "middle", "dx": 4, "fontSize": size,
            "color": "#111111", "clip": True,
        },
        "encoding": {
            "x": time_axis("left"),
            "y": {**lane, "bandPosition": 0.5},
            "text": {"field": "task"},
            "tooltip": _WORK_TIPS,
        },
    }  # fmt: skip


def _run_layer() -> Spec:
    return {
        "data": {"name": "moments"},
        "mark": {
            "type": "rule",
            "clip": True,
            "strokeDash": [4, 3],
            "strokeWidth": 1.5,
            "color": GREY,
        },
        "encoding": {
            "x": time_axis("time"),
            "tooltip": [
                tip("kind", "what"),
                tip("detail", "which"),
                tip("time", "at, s", form=SECONDS),
            ],
        },
    }


def _run_labels(*, left: bool) -> Spec:
    """What happened to the run, above the lanes, on the side of its line where there is room."""
    middle = "datum.time < from + 0.75 * (to - from)"
    return {
        "data": {"name": "moments"},
        "transform": [
            {"filter": "datum.time >= from && datum.time <= to"},
            {"filter": middle if left else f"!({middle})"},
        ],
        "mark": {
            "type": "text", "align": "left" if left else "right", "baseline": "bottom",
            "dx": -2 if left else 2, "dy": -3, "fontSize": 10, "clip": False, "tooltip": None,
        },
        "encoding": {"x": time_axis("time"), "y": {"value": 0}, "text": {"field": "kind"}},
    }  # fmt: skip


def _mark_layer(lane: Spec, kinds: Sequence[str], step: float) -> Spec:
    shapes = [MOMENTS[kind][1] for kind in kinds]
    scale = {"domain": list(kinds), "range": shapes}
    colour = coloured("kind", {kind: MOMENTS[kind][0] for kind in kinds})
    return {
        "data": {"name": "happened"},
        "mark": {
            "type": "point", "filled": True, "opacity": 1, "clip": True, "stroke": "white",
            "strokeWidth": 0.8, "size": max(30, min(80, 4 * step)), "yOffset": -0.28 * step,
        },
        "encoding": {
            "x": time_axis("time"),
            "y": {**lane, "bandPosition": 0.5},
            "shape": {
                "field": "kind", "type": "nominal", "title": None, "scale": scale, "legend": legend(),
            },
            "color": colour,
            "tooltip": [
                tip("kind", "what"),
                tip("lane", "agent"),
                tip("task", "task"),
                tip("detail", "how"),
                tip("time", "at, s", form=SECONDS),
                tip("count", "how often", form=",d"),
            ],
        },
    }  # fmt: skip
