"""Burn-up: how many tasks were done and verified over time, against how many there were."""

from collections.abc import Sequence
from typing import Any

from brooks.analysis.progress import Progress
from brooks.report.page.contents import Columns, Plot, Zoom
from brooks.report.plots.axes import SECONDS, Spec, legend, time_axis, tip
from brooks.report.plots.colours import BLUE, GREEN, GREY, ORANGE, PURPLE
from brooks.report.plots.levels import step_levels
from brooks.report.plots.told import Told, short
from brooks.report.wording import count, duration

TASKS, DONE, CHECKED, VERIFIED, IDEAL = (
    "tasks", "done", "checked when merged", "verified on the final tree", "ideal",
)  # fmt: skip
_COLOURS = {TASKS: GREY, DONE: BLUE, CHECKED: ORANGE, VERIFIED: GREEN, IDEAL: PURPLE}
_DASHES = {TASKS: [1, 0], DONE: [1, 0], CHECKED: [6, 3], VERIFIED: [1, 0], IDEAL: [2, 3]}

Point = tuple[float, float]


def burn_up_plot(told: Told, *, name: str = "burn-up") -> Plot:
    """The burn-up of a run."""
    series = _series(told)
    columns = steps(series, end=told.span.end)
    return Plot(
        name=name,
        title="Tasks done and verified",
        says=_says(told, series),
        alternative=_alternative(told),
        spec=steps_spec(
            list(series),
            _COLOURS,
            title="tasks",
            top=max(columns["value"], default=1),
            dashes=_DASHES,
        ),
        data={"steps": step_levels(columns, told.span)},
        simulated=told.simulated,
        zoom=Zoom(start=0.0, end=told.span.end),
    )


def _series(told: Told) -> dict[str, list[Point]]:
    series: dict[str, list[Point]] = {
        TASKS: [(step.time, step.total) for step in told.progress],
        DONE: [(step.time, step.done) for step in told.progress],
    }
    checked = [step.checked for step in told.progress]
    if any(checked) and checked != [step.done for step in told.progress]:
        series[CHECKED] = [(step.time, step.checked) for step in told.progress]
    if verified := _verified(told.progress):
        series[VERIFIED] = verified
    if told.ideal.finishes:
        ends = sorted(told.ideal.finishes.values())
        series[IDEAL] = [(0.0, 0), *((end, number) for number, end in enumerate(ends, 1))]
    return series


def _verified(progress: Sequence[Progress]) -> list[Point]:
    """From the first last look on; a merge between two looks takes the count back."""
    first = next((place for place, step in enumerate(progress) if step.looked), None)
    return [] if first is None else [(step.time, step.verified) for step in progress[first:]]


def steps(series: dict[str, list[Point]], *, end: float) -> Columns:
    """Columns of values that hold from `start` to `end`, with what each was `before`."""
    rows: list[dict[str, Any]] = []
    for name, points in series.items():
        kept = _changes(points)
        ends = [*(time for time, _ in kept[1:]), max(end, kept[-1][0]) if kept else end]
        before = kept[0][1] if kept else 0
        for (time, value), until in zip(kept, ends, strict=True) if kept else ():
            rows.append(
                {
                    "series": name, "start": short(time), "end": short(until),
                    "before": before, "value": value,
                }
            )  # fmt: skip
            before = value
    names = ("series", "start", "end", "before", "value")
    return {key: [row[key] for row in rows] for key in names}


def _changes(points: Sequence[Point]) -> list[Point]:
    """The points at which the value changes; of several at one time the last."""
    kept: list[Point] = []
    for time, value in points:
        if kept and short(kept[-1][0]) == short(time):
            kept[-1] = (kept[-1][0], value)
        elif not kept or kept[-1][1] != value:
            kept.append((time, value))
    return kept


def steps_spec(
    names: Sequence[str],
    colours: dict[str, str],
    *,
    title: str,
    top: float,
    dashes: dict[str, list[int]] | None = None,
    form: str = ",.0f",
    height: int = 220,
) -> Spec:
    """Steps drawn as what they are: a level line each, and an upright one where it changes."""
    colour: Spec = {
        "field": "series", "type": "nominal", "title": None,
        "scale": {"domain": list(names), "range": [colours[name] for name in names]},
        "legend": legend(symbolType="stroke", symbolStrokeWidth=3),
    }  # fmt: skip
    shared: Spec = {"color": colour}
    if dashes is not None:
        domain = {"domain": list(names), "range": [dashes[name] for name in names]}
        shared["strokeDash"] = {
            "field": "series", "type": "nominal", "title": None, "scale": domain, "legend": legend(
                symbolType="stroke", symbolStrokeWidth=3
            ),
        }  # fmt: skip
    ticks: Spec = {"tickMinStep": 1} if form == ",.0f" else {"format": form}
    value: Spec = {
        "type": "quantitative", "title": title, "axis": {"tickCount": 5, **ticks},
        "scale": {"domain": [0, 1.06 * top or 1], "nice": False},
    }  # fmt: skip
    tips = [
        tip("series", "what"),
        tip("value", title, form=form),
        tip("start", "from, s", form=SECONDS),
        tip("end", "to, s", form=SECONDS),
    ]
    return {
        "height": height,
        "data": {"name": "steps"},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 2.5, "strokeCap": "butt"},
                "encoding": {
                    "x": time_axis("start"), "x2": {"field": "end"},
                    "y": {"field": "value", **value}, **shared, "tooltip": tips,
                },
            },
            {
                "mark": {"type": "rule", "strokeWidth": 1.5, "tooltip": None},
                "encoding": {
                    "x": time_axis("start"), "y": {"field": "before", **value},
                    "y2": {"field": "value"}, "color": colour,
                },
            },
        ],
    }  # fmt: skip


def _says(told: Told, series: dict[str, list[Point]]) -> str:
    parts = ["Each step up is a task whose change was merged."]
    found = told.row["tasks"] - len(told.spec.tasks)
    if found > 0:
        parts.append(f"The line of tasks rises where agents found {count(found, 'more task')}.")
    if CHECKED in series:
        parts.append("Dashed orange: those whose check passed on the tree they were merged into.")
    if VERIFIED in series:
        parts.append("Verified is counted at the last look, when all checks run on the final tree.")
    if IDEAL in series:
        parts.append(
            "Dotted: the ideal, with the same turns, as many agents as could be used, no waiting."
        )
    return " ".join(parts)


def _alternative(told: Told) -> str:
    row = told.row
    half = next((step for step in told.progress if 2 * step.done >= step.total > 0), None)
    parts = [f"{row['done']} of {count(row['tasks'], 'task')} done, {row['verified']} verified"]
    if half is not None:
        parts.append(f"half of them done after {duration(half.time)}")
    last = told.summary.makespan_seconds
    if last is not None:
        parts.append(f"the last one merged after {duration(last)}")
    if told.ideal.finishes:
        parts.append(f"at best that takes {duration(max(told.ideal.finishes.values()))}")
    return "; ".join(parts) + "."
