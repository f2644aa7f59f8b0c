"""The task graph: which task waited for which, what became of each, and how much slack it had."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from brooks.ids import TaskId
from brooks.report.page.contents import Columns, Plot, level
from brooks.report.plots.axes import SECONDS, Spec, coloured, legend, tip
from brooks.report.plots.colours import BLUE, GREY, STATUS
from brooks.report.plots.layout import Layout, layout
from brooks.report.plots.told import Told, short
from brooks.report.plots.waits import COLUMNS as WAITED
from brooks.report.wording import count, duration

MOST_NODES = 300
"""Tasks that are drawn each; a graph of more is drawn by rank."""
ROOM_BELOW = 32
"""Pixels between nodes of a rank from which on their names stand below them."""
SHAPES = {
    "done": "circle",
    "failed": "cross",
    "blocked": "square",
    "cancelled": "triangle-left",
    "leased": "diamond",
    "queued": "triangle-up",
    "ready": "triangle-right",
    "waiting": "triangle-down",
}
_TIPS = [
    tip("task", "task"), tip("title", "which is"), tip("status", "state"),
    tip("agent", "done by"), tip("turns", "turns", form=",d"), tip("begun", "begun, s", form=SECONDS),
    tip("done", "done, s", form=SECONDS), tip("slack", "slack, s", form=SECONDS),
    tip("waited", "waited for"),
]  # fmt: skip
"""What is said of a node."""
Row = dict[str, Any]


def graph_plot(told: Told, *, name: str = "graph") -> Plot | None:
    """The task graph of a run; None where it has no task."""
    if not len(told.ideal.graph):
        return None
    if len(told.ideal.graph) > MOST_NODES:
        return _by_rank(told, name)
    drawn = layout(told.ideal.graph)
    rows = {TaskId(row["task"]): row for row in told.tasks}
    nodes = _nodes(told, drawn, rows)
    links = _edges(drawn, rows)
    return Plot(
        name=name,
        title="The task graph",
        says=(
            "From left to right: each task after what it depends on. The paler a done task, the more slack "
            "it had: it could have been done so much later without the run being later. Thick rings "
            "and lines: the tasks that decided when the run was over. Tasks that depend on nothing, and "
            "nothing on them, stand at the bottom."
        ),
        alternative=_alternative(told),
        spec=_spec(drawn, nodes, links),
        data={"nodes": level(nodes), "edges": level(links)},
        simulated=told.simulated,
    )


_NODE = (
    "task", "title", "rank", "place", "status", "agent", "begun", "done", "slack", "shade", "critical",
    "waited", "turns",
)  # fmt: skip


def _nodes(told: Told, drawn: Layout, rows: Mapping[TaskId, Row]) -> Columns:
    columns: Columns = {name: [] for name in _NODE}
    for task, (rank, place) in drawn.places.items():
        row = rows.get(task, {})
        values = {
            "task": task,
            "title": told.title_of(task),
            "rank": rank,
            "place": place,
            "status": row.get("status", "waiting"),
            "agent": row.get("agent") or "",
            "begun": _short(row.get("begun")),
            "done": _short(row.get("done")),
            "slack": _short(row.get("slack")),
            "shade": _short(row.get("slack") or 0.0),
            "critical": bool(row.get("on_critical_path")),
            "waited": _waited(row),
            "turns": row.get("turns", 0),
        }
        for name in _NODE:
            columns[name].append(values[name])
    return columns


def _short(value: float | None) -> float | None:
    return None if value is None else short(value)


def _waited(row: Row) -> str:
    """What a task waited for, the longest first, in words."""
    waits = [(row.get(column, 0.0), what) for what, column in WAITED.items() if what != "worked"]
    told = [
        f"{what} {duration(seconds)}"
        for seconds, what in sorted(waits, reverse=True)
        if seconds > 0.05
    ]
    return ", ".join(told) or "nothing"


def _edges(drawn: Layout, rows: Mapping[TaskId, Row]) -> Columns:
    columns: Columns = {"edge": [], "rank": [], "place": [], "critical": []}
    for number, ((parent, task), points) in enumerate(drawn.edges.items()):
        critical = all(rows.get(end, {}).get("on_critical_path") for end in (parent, task))
        for rank, place in points:
            columns["edge"].append(number)
            columns["rank"].append(rank)
            columns["place"].append(place)
            columns["critical"].append(critical)
    return columns


def _alternative(told: Told) -> str:
    statuses = Counter(row["status"] for row in told.tasks)
    states = ", ".join(f"{number} {status}" for status, number in statuses.items())
    critical = [row["task"] for row in told.tasks if row["on_critical_path"]]
    shown = (
        f"{', '.join(critical[:12])}{' and more' if len(critical) > 12 else ''}"
        if critical
        else "none"
    )
    total = count(len(told.ideal.graph), "task")
    ranks = len(told.ideal.graph.levels())
    return f"{total} in {count(ranks, 'rank')}: {states or 'none added yet'}. On the critical path: {shown}."


def _spec(drawn: Layout, nodes: Columns, links: Columns) -> Spec:
    rows = drawn.bottom - drawn.top + 1
    step = max(16, min(52, 700 / rows))
    size = max(60, min(420, 9000 / rows))
    x = {
        "field": "rank", "type": "quantitative", "axis": None,
        "scale": {"domain": [-0.5, drawn.columns - 0.5], "nice": False, "zero": False},
    }  # fmt: skip
    y = {
        "field": "place", "type": "quantitative", "axis": None,
        "scale": {
            "domain": [drawn.top - 0.5, drawn.bottom + 0.5], "nice": False, "zero": False, "reverse": True,
        },
    }  # fmt: skip
    room = f"width / {max(1, drawn.columns)}"
    height = round(min(1200, rows * step))
    return {
        "height": height,
        "layer": [
            _edge_layer(x, y),
            _node_layer(x, y, nodes, size),
            _ring_layer(x, y, size),
            _label_layer(x, y, room, size=size, step=step),
        ],
        "resolve": {"scale": {"color": "independent", "shape": "independent"}},
    }


def _edge_layer(x: Spec, y: Spec) -> Spec:
    return {
        "data": {"name": "edges"},
        "mark": {"type": "line", "interpolate": "monotone", "tooltip": None},
        "encoding": {
            "x": x,
            "y": y,
            "detail": {"field": "edge", "type": "nominal"},
            "order": {"field": "rank", "type": "quantitative"},
            "stroke": {"condition": {"test": "datum.critical", "value": BLUE}, "value": GREY},
            "strokeWidth": {"condition": {"test": "datum.critical", "value": 3.5}, "value": 1},
            "strokeOpacity": {"condition": {"test": "datum.critical", "value": 1}, "value": 0.6},
        },
    }


def _node_layer(x: Spec, y: Spec, nodes: Columns, size: float) -> Spec:
    states = [state for state in STATUS if state in set(nodes["status"])]
    slack = max((value for value in nodes["slack"] if value is not None), default=0.0)
    encoding: Spec = {
        "x": x,
        "y": y,
        "color": coloured("status", STATUS, only=states),
        "shape": {
            "field": "status", "type": "nominal", "title": None,
            "scale": {"domain": states, "range": [SHAPES[state] for state in states]}, "legend": legend(),
        },
        "stroke": {"value": GREY},
        "strokeWidth": {"value": 1},
        "tooltip": _TIPS,
    }  # fmt: skip
    if slack > 0:
        encoding["opacity"] = {
            "field": "shade", "type": "quantitative", "title": "slack, s",
            "scale": {"domain": [0, slack], "range": [1, 0.25]},
            "legend": legend(
                symbolType="circle", symbolFillColor=STATUS["done"], symbolSize=140,
                values=[0, short(slack / 2), short(slack)], format=".1f",
            ),
        }  # fmt: skip
    mark = {"type": "point", "filled": True, "size": size}
    return {"data": {"name": "nodes"}, "mark": mark, "encoding": encoding}


def _ring_layer(x: Spec, y: Spec, size: float) -> Spec:
    return {
        "data": {"name": "nodes"},
        "transform": [{"filter": "datum.critical"}],
        "mark": {
            "type": "point", "shape": "circle", "filled": False, "size": 1.35 * size,
            "color": BLUE, "strokeWidth": 3.5, "opacity": 1,
        },
        "encoding": {"x": x, "y": y, "tooltip": _TIPS},
    }  # fmt: skip


def _label_layer(x: Spec, y: Spec, room: str, *, size: float, step: float) -> Spec:
    """Names under nodes, or beside them where ranks are full; cut or left out where there is no room."""
    radius = round((size / 3.14) ** 0.5)
    below = step >= ROOM_BELOW
    wide = f"({room} - {6 if below else 2 * radius + 12}) / 6"
    place: Spec = {"dy": radius + 9} if below else {"dx": radius + 4, "align": "left"}
    return {
        "data": {"name": "nodes"},
        "transform": [
            {"filter": f"{wide} > 4"},
            {
                "calculate": f"length(datum.task) > {wide} ? "
                f"slice(datum.task, 0, max(3, floor({wide}) - 1)) + '…' : datum.task",
                "as": "label",
            },
        ],
        "mark": {"type": "text", "fontSize": 10.5 if below else 9.5, **place},
        "encoding": {
            "x": x,
            "y": y,
            "text": {"field": "label", "type": "nominal"},
            "tooltip": _TIPS,
        },
    }


def _by_rank(told: Told, name: str) -> Plot:
    """How many tasks there are in each rank, by what became of them."""
    levels = told.ideal.graph.levels()
    rows = {row["task"]: row for row in told.tasks}
    critical = {row["task"] for row in told.tasks if row["on_critical_path"]}
    columns: Columns = {"rank": [], "status": [], "tasks": [], "critical": []}
    for number, tasks in enumerate(levels):
        statuses = Counter(rows.get(task, {}).get("status", "waiting") for task in tasks)
        on_path = sum(task in critical for task in tasks)
        for status, many in sorted(statuses.items()):
            columns["rank"].append(number)
            columns["status"].append(status)
            columns["tasks"].append(many)
            columns["critical"].append(on_path)
    states = [state for state in STATUS if state in set(columns["status"])]
    many = len(told.ideal.graph)
    return Plot(
        name=name,
        title="The task graph, by rank",
        says=(
            f"{many} tasks are too many to draw each: a bar is all tasks of one rank, which is the number of "
            "tasks on the longest chain before them."
        ),
        alternative=_alternative(told),
        spec={
            "data": {"name": "ranks"},
            "height": 240,
            "mark": {"type": "bar"},
            "encoding": {
                "x": {
                    "field": "rank", "type": "ordinal", "title": "rank",
                    "axis": {"labelAngle": 0, "labelOverlap": True},
                },
                "y": {"field": "tasks", "type": "quantitative", "title": "tasks", "axis": {"tickCount": 5}},
                "color": coloured("status", STATUS, only=states),
                "tooltip": [
                    tip("rank", "rank", form="d"), tip("status", "state"), tip("tasks", "tasks", form=",d"),
                    tip("critical", "on the critical path", form=",d"),
                ],
            },
        },
        data={"ranks": level(columns)},
        simulated=told.simulated,
    )  # fmt: skip
