"""Several runs in one plot: how many tasks each had done over time."""

from collections.abc import Sequence

from brooks.report.page.contents import Columns, Plot, Zoom
from brooks.report.plots.burn_up import Point, steps, steps_spec
from brooks.report.plots.colours import SERIES
from brooks.report.plots.levels import Span, step_levels
from brooks.report.plots.told import Told
from brooks.report.wording import duration

_DASHES = ([1, 0], [6, 3], [2, 3], [9, 3, 2, 3])


def together_plot(runs: Sequence[Told], *, name: str = "burn-up") -> Plot:
    """The burn-up of several runs on one axis, each until its own end."""
    end = last_end(runs)
    columns: Columns = {key: [] for key in ("series", "start", "end", "before", "value")}
    for told in runs:
        series: list[Point] = [(step.time, step.done) for step in told.progress]
        for key, values in steps({told.run: series}, end=told.span.end).items():
            columns[key] += values
    names = [told.run for told in runs]
    colours = {run: SERIES[place % len(SERIES)] for place, run in enumerate(names)}
    dashes = {run: _DASHES[place // len(SERIES) % len(_DASHES)] for place, run in enumerate(names)}
    ends = "; ".join(
        f"{told.run}: {told.row['done']} after {duration(told.span.end)}" for told in runs
    )
    return Plot(
        name=name,
        title="Tasks done over time, side by side",
        says="A line for each run, until its end. Each step up is a task whose change was merged.",
        alternative=f"Tasks done at the end. {ends}.",
        spec=steps_spec(
            names, colours, title="tasks done", top=max(columns["value"], default=1),
            dashes=dashes if len(names) > len(SERIES) else None,
        ),
        data={"steps": step_levels(columns, Span(0.0, end))},
        simulated=any(told.simulated for told in runs),
        zoom=Zoom(start=0.0, end=end),
    )  # fmt: skip


def last_end(runs: Sequence[Told]) -> float:
    """Log seconds of the longest run."""
    return max((told.span.end for told in runs), default=1.0)
