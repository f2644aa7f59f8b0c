"""Who did what, and when: a lane for each agent, with the path that decided when the run was over."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from brooks.analysis.activity import Activity
from brooks.analysis.lanes import LaneStretch
from brooks.analysis.moments import MomentKind
from brooks.report.page.contents import Columns, Plot, Zoom, level
from brooks.report.plots.axes import SECONDS, Spec, coloured, legend, time_axis, tip
from brooks.report.plots.colours import ACTIVITIES, BLUE, GREY, IDLENESS, MOMENTS, VERMILION
from brooks.report.plots.levels import point_levels, stretch_levels
from brooks.report.plots.told import Told, natural, short
from brooks.report.plots.trouble import FAILED, trouble_rows
from brooks.report.wording import count, duration, plain

MOST_LANES = 60
"""Agents that have a lane; of more, those to whom most happened."""
KINDS = {kind: colour for kind, colour in ACTIVITIES.items() if kind != "idle"} | dict(
    IDLENESS.values()
)
"""What a bar says that its agent did, and its colour."""
_TROUBLE = {"lost claim": "claim lost", FAILED: "check failed"}
_OF_RUN = frozenset(
    {MomentKind.RESUMED, MomentKind.PAUSED, MomentKind.STOPPING, MomentKind.LAST_LOOK}
)

Row = dict[str, Any]


def lanes_plot(told: Told, *, name: str = "lanes", until: float | None = None) -> Plot:
    """The lanes of a run.

    Args:
        told: the run.
        name: what the plot is called on its page.
        until: log seconds up to which the axis goes; None for those of the run.
    """
    shown = shown_agents(told)
    found = _bars(told, shown)
    works = _works(told, found)
    marks = _marks(told, shown)
    path = critical_path(told, works, shown)
    bars = _columns(found, _BAR)
    data = {
        "bars": stretch_levels(bars, told.span),
        "works": stretch_levels(_columns(works, _WORK), told.span, kind="task"),
        "faults": level(_columns(_faults(told, shown), _FAULT)),
        "path": level(_columns(path, _LINK)),
        "moments": level(_columns(_of_run(told), _MOMENT)),
    }
    kinds = [kind for kind in MOMENTS if any(mark["kind"] == kind for mark in marks)]
    if marks:
        data["happened"] = point_levels(_columns(marks, _MARK), told.span)
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


def shown_agents(told: Told) -> tuple[str, ...]:
    """Those that have a lane, in order: all, or those to whom most happened."""
    if len(told.agents) <= MOST_LANES:
        return told.agents
    happened: Counter[str] = Counter()
    for moment in told.moments:
        if moment.agent is not None:
            happened[moment.agent] += 1
    for row in trouble_rows(told):
        happened[row["agent"]] += 1
    chosen = sorted(told.agents, key=lambda agent: (-happened[agent], natural(agent)))
    return tuple(sorted(chosen[:MOST_LANES], key=natural))


_BAR = ("lane", "start", "end", "kind", "task", "title", "why")
_WORK = ("lane", "start", "end", "task", "critical")
_MARK = ("lane", "time", "kind", "task", "detail")
_LINK = ("lane", "start", "end", "to_lane", "task")
_FAULT = ("lane", "start", "end", "kind")
_MOMENT = ("time", "kind", "detail")


class _Calls:
    """Which task a reply was about, for teams whose turns are asked for none."""

    def __init__(self, told: Told) -> None:
        self._own: dict[str, list[tuple[float, float, str]]] = {}
        for row in told.calls:
            if row["task"] is not None and row["began"] is not None:
                stretch = (row["began"], row["ended"], row["task"])
                self._own.setdefault(row["agent"], []).append(stretch)
        for own in self._own.values():
            own.sort()

    def task(self, agent: str, start: float, end: float) -> str:
        """What an agent was asked at the time; empty where that is not known."""
        own = self._own.get(agent, [])
        place = bisect_right(own, (start + end) / 2, key=lambda each: each[0]) - 1
        return own[place][2] if place >= 0 and own[place][1] >= (start + end) / 2 else ""


def _bars(told: Told, shown: Sequence[str]) -> list[Row]:
    there = set(shown)
    calls = _Calls(told)
    return [
        _bar(told, piece, piece.task or calls.task(piece.agent, piece.start, piece.end))
        for piece in told.lanes
        if piece.agent in there
    ]


def _bar(told: Told, piece: LaneStretch, task: str) -> Row:
    idle = piece.doing == Activity.IDLE
    return {
        "lane": piece.agent,
        "start": short(piece.start),
        "end": short(piece.end),
        "kind": IDLENESS[piece.why][0] if idle else piece.doing,
        "task": "" if idle else task,
        "title": "" if idle else told.title_of(task),
        "why": "" if idle else plain(piece.why, most=60),
    }


def _works(told: Told, bars: Sequence[Row]) -> list[Row]:
    """What each agent was at, whatever it did for it: one row from taking a task to leaving it."""
    critical = {row["task"] for row in told.tasks if row["on_critical_path"]}
    last: dict[str, Row] = {}
    found: list[Row] = []
    for bar in bars:
        before = last.pop(bar["lane"], None)
        if not bar["task"] or bar["kind"] == Activity.GONE:
            continue
        goes_on = before is not None and before["task"] == bar["task"]
        if before is not None and goes_on and abs(before["end"] - bar["start"]) < 1e-5:
            before["end"] = bar["end"]
        else:
            before = {name: bar[name] for name in ("lane", "start", "end", "task")}
            before["critical"] = bar["task"] in critical
            found.append(before)
        last[bar["lane"]] = before
    return found


def _marks(told: Told, shown: Sequence[str]) -> list[Row]:
    """What happened in a lane, ordered by time."""
    there = set(shown)
    found = [
        _mark(moment.time, moment.kind.value, moment.agent, moment.task, moment.detail)
        for moment in told.moments
        if moment.agent in there
    ]
    for row in trouble_rows(told):
        if row["agent"] in there:
            kind = _TROUBLE.get(row["kind"], "conflict")
            detail = f"{row['kind']} {row['detail']}" if kind == "conflict" else row["detail"]
            found.append(_mark(row["time"], kind, row["agent"], row["task"], detail))
    return sorted(found, key=lambda row: row["time"])


def _faults(told: Told, shown: Sequence[str]) -> list[Row]:
    """For how long each fault was in effect, which what the agent does need not show."""
    return [
        {
            "lane": fault.agent, "start": short(fault.start), "end": short(fault.end), "kind": fault.kind,
        }
        for fault in told.faults
        if fault.agent in shown
    ]  # fmt: skip


def _mark(time: float, kind: str, agent: str | None, task: str | None, detail: str) -> Row:
    return {
        "lane": agent,
        "time": short(time),
        "kind": kind,
        "task": task or "",
        "detail": plain(detail, most=80),
    }


def critical_path(told: Told, works: Sequence[Row], shown: Sequence[str]) -> list[Row]:
    """The path through the lanes: along each critical task, and from where it was done to the next."""
    done = sorted(
        (row for row in told.tasks if row["on_critical_path"] and row["done"] is not None),
        key=lambda row: (row["done"], row["begun"] or 0.0),
    )
    path: list[Row] = []
    lane: str = ""
    time: float = 0.0
    for row in done:
        agent, end = row["agent"], short(row["done"])
        start = min(max(_began(row, works), time), end)
        if lane and lane in shown and agent in shown and (lane, time) != (agent, start):
            path.append(_link(lane, time, agent, start, row["task"]))
        if agent in shown:
            path.append(_link(agent, start, agent, end, row["task"]))
        lane, time = agent, end
    return path


def _link(lane: str, start: float, to_lane: str, end: float, task: str) -> Row:
    return {"lane": lane, "start": start, "end": end, "to_lane": to_lane, "task": task}


def _began(row: Row, works: Sequence[Row]) -> float:
    """When the agent that did a task went to work on it for the last time before it was done."""
    starts = [
        work["start"]
        for work in works
        if work["task"] == row["task"]
        and work["lane"] == row["agent"]
        and work["start"] < row["done"]
    ]
    return max(starts, default=short(row["done"] if row["begun"] is None else row["begun"]))


def _of_run(told: Told) -> list[Row]:
    return [
        {"time": short(moment.time), "kind": moment.kind.value, "detail": plain(moment.detail)}
        for moment in told.moments
        if moment.kind in _OF_RUN
    ]


def _columns(rows: Iterable[Row], names: Sequence[str]) -> Columns:
    rows = list(rows)
    return {name: [row[name] for row in rows] for name in names}


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
    shares = ", ".join(f"{kind} {spent[kind] / whole:.0%}" for kind in KINDS if spent[kind] > 0)
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
    layers = [_bar_layer(lane, doing), _frame_layer(lane), *_path_layers(lane)]
    if step >= 16:
        layers.append(_label_layer(lane, step))
    layers += [_fault_layer(lane), _run_layer()]
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


def _frame_layer(lane: Spec) -> Spec:
    return {
        "data": {"name": "works"},
        "mark": {
            "type": "bar",
            "clip": True,
            "fillOpacity": 0,
            "stroke": "#444444",
            "strokeWidth": 0.7,
            "tooltip": None,
        },
        "encoding": {
            "x": time_axis("start"),
            "x2": {"field": "end"},
            "y": lane,
        },
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
                "tooltip": None,
            },
            "encoding": {
                "x": time_axis("start"),
                "x2": {"field": "end"},
                "y": {**lane, **middle},
                "y2": {"field": "to_lane", **middle},
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
            "color": "#111111", "tooltip": None, "clip": True,
        },
        "encoding": {
            "x": time_axis("left"),
            "y": {**lane, "bandPosition": 0.5},
            "text": {"field": "task"},
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
