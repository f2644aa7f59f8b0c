"""Speedup against the number of agents: what was measured, Amdahl's bound and the law that fits best."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from math import isfinite
from typing import Any, NamedTuple

from brooks.analysis.curves import Measure
from brooks.analysis.fit_sentences import fit_sentences
from brooks.analysis.fitting import Fit, fit_laws, unfitted
from brooks.analysis.laws import amdahl
from brooks.analysis.scaling import Series, SpeedupAt, as_speedups, speedups_at
from brooks.errors import UsageError
from brooks.report.page.contents import Plot, level
from brooks.report.plots.panels import (
    Spec,
    agents_axis,
    coloured,
    columns_of,
    distinct,
    even_line,
    of_kind,
    panels,
    shaped,
    titled,
    tooltip,
)

STEPS = 24
"""Into how many pieces a law is drawn."""
BAND_STEPS = 4
"""Into how many pieces its interval is, each end of which takes a search."""
ROOM = 1.3
"""How much higher than the highest point a plot is: an interval of few runs may go on beyond it."""
MOST_ROOM = 2.0
"""How much higher it is at most, to show the whole of an interval."""
SHIFT = 0.012
"""Share of the width by which the points of one team stand beside those of another."""
Row = dict[str, Any]


class Scaled(NamedTuple):
    """A series with all that is drawn of it."""

    series: Series
    points: tuple[SpeedupAt, ...]
    fits: tuple[Fit, ...]
    """The best first; none where there are too few sizes."""
    sentences: tuple[str, ...]
    """What was fitted, in words."""


def scaled(series: Sequence[Series], *, with_laws: bool = True) -> tuple[Scaled, ...]:
    """Speedups and, if they are wanted, laws of every series with runs of one agent and of more."""
    wanted = [each for each in series if len(each.sizes) > 1 and each.sizes[0] == 1]
    if with_laws:
        return tuple(map(_scaled, wanted))
    return tuple(Scaled(each, speedups_at(each.rows), (), ()) for each in wanted)


def _scaled(series: Series) -> Scaled:
    rows = as_speedups(series.rows, series.title)
    sizes, values = [size for size, _ in rows], [value for _, value in rows]
    refusals = unfitted(sizes, values, measure=Measure.SPEEDUP)
    fits: tuple[Fit, ...] = ()
    with suppress(UsageError):  # too few sizes for any of them, which the refusals say
        fits = fit_laws(sizes, values, measure=Measure.SPEEDUP)
    return Scaled(series, speedups_at(series.rows), fits, tuple(fit_sentences(fits, refusals)))


def speedup_plot(
    name: str, found: Sequence[Scaled], *, basis: str, simulated: bool, teams: Sequence[str]
) -> Plot | None:
    """Speedups by number of agents, a panel for each project; None where there are none.

    Args:
        name: Of the plot.
        found: What to draw.
        basis: Which runs they are, such as "verified".
        simulated: Whether any of them is.
        teams: All teams of the page, so that each has the same colour on every plot of it.
    """
    if not found:
        return None
    rows = list(_rows(found))
    order = distinct(row["panel"] for row in rows)
    sizes = sorted({size for each in found for size in each.series.sizes})
    return Plot(
        name=name,
        title=titled(f"Speedup by number of agents, {basis} runs", order),
        says="Points are mean times of one agent over mean times of the team, bars their 95 % "
        "intervals, which may go on above. The line is the law that fits best, the band where it may be. "
        "The dashed line is Amdahl's bound for the tasks' graph: no team that keeps its order can be above "
        "it but by chance or by working otherwise than its own one agent does.",
        alternative=_alternative(found),
        spec=panels(
            _layers(teams, sizes, _top(rows)), data="speedup", by="panel", order=order, height=190
        ),
        data={"speedup": level(columns_of(rows))},
        simulated=simulated,
    )


def _rows(found: Sequence[Scaled]) -> Iterator[Row]:
    bounded = set()
    teams = distinct(each.series.team for each in found)
    most = max(each.series.sizes[-1] for each in found)
    for each in found:
        panel = panel_of(each.series)
        yield from _point_rows(each, panel, _shift(each, teams, most))
        yield from _law_rows(each, panel)
        if panel not in bounded and each.series.parallel_fraction is not None:
            bounded.add(panel)
            yield from _bound_rows(each.series, panel, most)


def _top(rows: Sequence[Row]) -> float:
    """How high the plot is: above all points, and all intervals that are not much longer than that."""
    highest = max(float(row["speedup"]) for row in rows)
    ends = max(float(row.get("high") or 0.0) for row in rows if row["kind"] == "point")
    return max(ROOM * highest, min(1.03 * ends, MOST_ROOM * highest))


def panel_of(series: Series) -> str:
    """What stands above a panel: the tasks, and the faults if there are any."""
    faults = f", {series.faults}" if series.faults else ""
    return f"{series.project}/{series.structure}{faults}"


def _shift(each: Scaled, teams: Sequence[str], most: int) -> float:
    place = teams.index(each.series.team) - (len(teams) - 1) / 2
    return place * SHIFT * max(most - 1, 1)


def _point_rows(each: Scaled, panel: str, shift: float) -> Iterator[Row]:
    for point in each.points:
        yield {
            "kind": "point", "panel": panel, "team": each.series.team, "agents": point.size,
            "x": point.size + (shift if point.size > 1 else 0.0), "speedup": point.value,
            "low": point.low, "high": point.high, "runs": point.runs,
        }  # fmt: skip


def _law_rows(each: Scaled, panel: str) -> Iterator[Row]:
    if not each.fits:
        return
    best, team = each.fits[0], each.series.team
    for size in between(1, each.series.sizes[-1], STEPS):
        yield {
            "kind": "law", "panel": panel, "team": team, "x": size, "speedup": best.value(size),
            "law": best.law.name_inside,
        }  # fmt: skip
    for size in between(1, each.series.sizes[-1], BAND_STEPS):
        said = best.predict(size)
        yield {
            "kind": "band", "panel": panel, "team": team, "x": size, "speedup": said.value,
            "low": said.low, "high": said.high if isfinite(said.high) else None,
            "law": best.law.name_inside,
        }  # fmt: skip


def _bound_rows(series: Series, panel: str, most: int) -> Iterator[Row]:
    fraction = series.parallel_fraction or 0.0
    for size in between(1, most, STEPS):
        yield {
            "kind": "bound", "panel": panel, "x": size, "speedup": amdahl(fraction, size),
            "law": f"Amdahl's bound, parallel fraction {fraction:.2f}",
        }  # fmt: skip


def between(low: float, high: float, steps: int) -> list[float]:
    """Numbers from one to the other, evenly."""
    return [low + (high - low) * step / steps for step in range(steps + 1)]


def _layers(teams: Sequence[str], sizes: Sequence[int], most: float) -> list[Spec]:
    x = agents_axis(sizes)
    y = {
        "field": "speedup",
        "type": "quantitative",
        "title": "speedup",
        "scale": {"domain": [0, most]},
    }
    colour = coloured("team", teams)
    ends = {"y": {**y, "field": "low"}, "y2": {"field": "high"}}
    law = tooltip(("law", "law", ""), ("x", "agents", ".2f"), ("speedup", "speedup", ".3f"))
    told = tooltip(
        ("team", "team", ""), ("agents", "agents", "d"), ("speedup", "speedup", ".3f"),
        ("low", "from", ".3f"), ("high", "to", ".3f"), ("runs", "runs", "d"),
    )  # fmt: skip
    return [
        even_line(1.0),
        of_kind("bound", {
            "mark": {"type": "line", "strokeDash": [5, 4], "color": "#8C8C8C", "strokeWidth": 1.5},
            "encoding": {"x": x, "y": y, "tooltip": law},
        }),
        of_kind("band", {
            "mark": {"type": "area", "opacity": 0.16, "clip": True, "interpolate": "monotone"},
            "encoding": {"x": x, **ends, "color": colour},
        }),
        of_kind("law", {
            "mark": {"type": "line", "strokeWidth": 1.8},
            "encoding": {"x": x, "y": y, "color": colour, "tooltip": law},
        }),
        of_kind("point", {
            "mark": {"type": "rule", "strokeWidth": 1.5, "clip": True},
            "encoding": {"x": x, **ends, "color": colour},
        }),
        of_kind("point", {
            "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
            "encoding": {
                "x": x, "y": y, "color": colour, "shape": shaped("team", teams), "tooltip": told,
            },
        }),
    ]  # fmt: skip


def _alternative(found: Sequence[Scaled]) -> str:
    said = [
        f"{each.series.title}: "
        + ", ".join(
            f"{point.value:.2f} with {point.size}" for point in each.points if point.size > 1
        )
        for each in found
    ]
    return "Speedup over one agent. " + "; ".join(said) + "."
