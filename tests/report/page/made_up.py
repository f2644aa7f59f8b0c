"""A page that is made up, with every kind of part."""

from random import Random
from typing import Any

import msgspec

from brooks.report.page.contents import Cell, Fact, Grid, Level, Page, Plot, Section, Zoom, level
from brooks.report.plots.colours import ACTIVITIES

HOSTILE = "</script><img src=x onerror=alert(1)><!--<script>"
AXIS: dict[str, Any] = {"domain": [{"expr": "from"}, {"expr": "to"}], "nice": False}


def lanes(*, rows: int = 400, simulated: bool = True, agents: int = 8) -> Plot:
    """Bars per agent on a time axis that can be zoomed, with coarser levels where there are many."""
    chance = Random("lanes")
    kinds = list(ACTIVITIES)
    clocks = [0.0] * agents
    columns: dict[str, list[Any]] = {key: [] for key in ("agent", "kind", "start", "end", "task")}
    for number in range(rows):
        agent = number % agents
        length = chance.expovariate(1 / 20)
        values = (f"agent-{agent + 1}", chance.choice(kinds), clocks[agent], clocks[agent] + length)
        for key, value in zip(columns, (*values, f"task_{number % 40}"), strict=True):
            columns[key].append(value)
        clocks[agent] += length
    end = max(clocks)
    return Plot(
        name="lanes",
        title="Who did what",
        says="One lane per agent. Colour says what it was doing.",
        alternative=f"{agents} agents worked for {end:.0f} seconds.",
        spec={
            "height": {"step": 26},
            "data": {"name": "work"},
            "mark": {"type": "bar", "height": {"band": 0.8}},
            "encoding": {
                "x": {"field": "start", "type": "quantitative", "scale": AXIS, "title": "seconds"},
                "x2": {"field": "end"},
                "y": {"field": "agent", "type": "nominal", "title": None, "sort": None},
                "color": {
                    "field": "kind",
                    "type": "nominal",
                    "title": None,
                    "scale": {"domain": kinds, "range": list(ACTIVITIES.values())},
                },
                "tooltip": [
                    {"field": "agent"},
                    {"field": "kind"},
                    {"field": "task"},
                    {"field": "start", "format": ".1f", "title": "from (s)"},
                    {"field": "end", "format": ".1f", "title": "to (s)"},
                ],
            },
        },
        data={"work": _levels(columns, end)},
        simulated=simulated,
        zoom=Zoom(start=0.0, end=end),
    )


def _levels(columns: dict[str, list[Any]], end: float) -> tuple[Level, ...]:
    finest = Level(columns=columns)
    coarser = []
    for bins in (100, 300, 1000, 4000, 16000):
        size = end / bins
        kept: dict[tuple[Any, int], int] = {}
        for row, (agent, start) in enumerate(zip(columns["agent"], columns["start"], strict=True)):
            kept.setdefault((agent, int(start / size)), row)
        picked = {key: [values[row] for row in kept.values()] for key, values in columns.items()}
        picked["start"] = [place * size for _, place in kept]
        picked["end"] = [(place + 1) * size for _, place in kept]
        if len(kept) < len(columns["agent"]) / 2:
            coarser.append(Level(columns=picked, bin_seconds=size, kept="what came first in it"))
    return (*coarser, finest)


def burn_up(*, simulated: bool = True, end: float = 1000.0) -> Plot:
    """Two lines over the same time, in layers."""
    times = [end * share / 40 for share in range(41)]
    columns: dict[str, list[Any]] = {
        "time": [*times, *times],
        "count": [*range(41), *(share * 0.8 for share in range(41))],
        "line": ["verified"] * 41 + ["predicted"] * 41,
    }
    return Plot(
        name="burn-up",
        title="Verified tasks over time",
        says="The line rises when a task's check has passed on the merged tree.",
        alternative="Forty tasks were verified, evenly over time.",
        spec={
            "height": 220,
            "data": {"name": "lines"},
            "encoding": {
                "x": {"field": "time", "type": "quantitative", "scale": AXIS, "title": "seconds"},
                "y": {"field": "count", "type": "quantitative", "title": "tasks"},
                "color": {"field": "line", "type": "nominal", "title": None},
                "tooltip": [{"field": "line"}, {"field": "time"}, {"field": "count"}],
            },
            "layer": [
                {"mark": {"type": "line", "interpolate": "step-after"}},
                {"mark": {"type": "point", "filled": True, "size": 30}},
            ],
        },
        data={"lines": level(columns)},
        simulated=simulated,
        zoom=Zoom(start=0.0, end=end),
    )


def stacked(*, simulated: bool = False) -> Plot:
    """Two plots under each other, which know nothing of time."""
    columns: dict[str, list[Any]] = {
        "team": ["single", "leased", "hybrid"],
        "speedup": [1.0, 2.3, 2.9],
        "cost": [1, 3, 2],
    }
    bars = [
        {
            "data": {"name": "teams"},
            "height": 90,
            "mark": {"type": "bar", "color": "#0072B2"},
            "encoding": {
                "y": {"field": "team", "type": "nominal", "title": None},
                "x": {"field": field, "type": "quantitative"},
                "tooltip": [{"field": "team"}, {"field": field}],
            },
        }
        for field in ("speedup", "cost")
    ]
    return Plot(
        name="teams",
        title="What teams came to",
        says="Longer is faster above, and dearer below.",
        alternative="The hybrid team was 2.9 times as fast as one agent.",
        spec={"vconcat": bars},
        data={"teams": level(columns)},
        simulated=simulated,
    )


def table(*, name: str = "metrics", simulated: bool = True) -> Grid:
    """Every kind of cell."""
    rows = (
        ("speedup", 2.9, "good"),
        ("idle share", 0.31, "bad"),
        ("conflicts", None, "quiet"),
        ("straggler gap", 41.0, ""),
    )
    return Grid(
        name=name,
        title="Every metric",
        says="What each number means stands under its name.",
        heads=("metric", "value", "hybrid team", "one agent, at the same token budget"),
        rows=tuple(
            (
                Cell(value=what, text=what),
                Cell(value=value, text="unknown" if value is None else f"{value:g}", tone=tone),
                Cell(value=value, text="-" if value is None else f"{value:g} of 3"),
                Cell(value="a longer text", text="a longer text in a cell of a table"),
            )
            for what, value, tone in rows
        ),
        notes=(
            "How much sooner it was done than by one agent.",
            "Agent time with nothing to do.",
            "",
            "",
        ),
        simulated=simulated,
    )


def page(*, rows: int = 400, simulated: bool = True) -> Page:
    """One of everything."""
    work = lanes(rows=rows, simulated=simulated)
    assert work.zoom is not None
    return Page(
        title="Run 2026-11-21-abc of sales analysis",
        verdict="A team of eight was done 2.9 times as soon as one agent, for 1.4 times the tokens.",
        tone="good",
        facts=(
            Fact(name="tasks_verified", label="tasks verified", value=40, text="40 of 40"),
            Fact(
                name="makespan",
                label="time",
                value=812.0,
                text="13.5 min",
                says="one agent: 39 min",
            ),
            Fact(name="tokens", label="tokens", value=1.2e6, text="1.2 M", says="9 % wasted"),
            Fact(name="dollars", label="money", value=None, text="unknown"),
            Fact(name="conflicts", label="conflicts", value=3, text="3"),
        ),
        sections=(
            Section(
                name="time",
                title="Where the time went",
                says=("Four of eight agents were idle for the last third of it.",),
                parts=(work, burn_up(simulated=simulated, end=work.zoom.end)),
            ),
            Section(name="teams", title="Teams", parts=(stacked(), table(simulated=simulated))),
            Section(
                name="more",
                title="More detail",
                says=("What is seldom needed.",),
                parts=(burn_up(simulated=simulated), table(name="more", simulated=simulated)),
                folded=True,
            ),
        ),
        simulated=simulated,
        about={"run": "2026-11-21-abc", "seed": "7", "program": "brooks 0.1.0"},
    )


def hostile() -> Page:
    """Every text of a page is one that wants out of where it stands."""

    def spoil(value: Any) -> Any:
        if isinstance(value, str):
            return HOSTILE
        if isinstance(value, msgspec.Struct):
            return msgspec.structs.replace(
                value,
                **{name: spoil(part) for name, part in msgspec.structs.asdict(value).items()},
            )
        if isinstance(value, tuple):
            return tuple(spoil(part) for part in value)
        if isinstance(value, dict) and all(isinstance(part, str) for part in value.values()):
            return {HOSTILE: HOSTILE}
        return value

    spoilt = spoil(page())
    assert isinstance(spoilt, Page)
    return spoilt
