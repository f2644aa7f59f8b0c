"""What the runs of each cell of an experiment came to: a row for each team, a panel for each project."""

from collections.abc import Callable, Iterator, Sequence
from math import isfinite
from typing import Any, NamedTuple

import polars as pl

from brooks.analysis.metrics.catalogue import METRICS
from brooks.analysis.tables import Tables
from brooks.bench.experiment import CellSummary
from brooks.bench.statistics.intervals import Interval, interval_of_mean, interval_of_median
from brooks.report.page.contents import Plot, level
from brooks.report.plots.colours import BLUE, GREEN, ORANGE, SKY, VERMILION
from brooks.report.plots.panels import (
    LEGEND,
    Spec,
    columns_of,
    distinct,
    of_kind,
    panels,
    ticks,
    titled,
    tooltip,
)

Row = dict[str, Any]
WIDE = 12
"""How many times as long as the shortest run the longest is where an axis of time is logarithmic."""
ROW_HEIGHT = 22
LEAST_HEIGHT = 60
_SHARE_FORMAT = ".1%"


class Cell(NamedTuple):
    """The runs of one cell."""

    panel: str
    team: str
    """The team with its size."""
    runs: pl.DataFrame
    """Of the table of runs."""


def cells_of(tables: Tables) -> tuple[Cell, ...]:
    """Every cell, in the order of the runs; a model is not told apart, see `of_model`."""
    by = ("project", "structure", "faults", "team", "size")
    parts = tables.runs.partition_by(by, as_dict=True, maintain_order=True)
    return tuple(
        Cell(panel_name(*map(_text, key[:3])), f"{key[3]}:{key[4]}", part)
        for key, part in parts.items()
    )


def panel_name(project: str, structure: str, faults: str) -> str:
    """What stands above a panel: the tasks, and the faults if there are any."""
    return f"{project}/{structure}" + (f", {faults}" if faults else "")


def _text(value: object) -> str:
    return str(value or "")


def time_plot(name: str, tables: Tables, *, simulated: bool) -> Plot:
    """Each run's time, and the median of the verified ones with its interval."""
    cells = cells_of(tables)
    rows = [row for cell in cells for row in _time_rows(cell)]
    middles = [row for row in rows if row["kind"] == "middle"]
    says = "; ".join(
        f"{row['panel']} {row['team']} {row['value']:.3g} s of {row['runs']} runs"
        for row in middles
    )
    return Plot(
        name=name,
        title=titled("Time of each run", _panels(cells)),
        says="A dot is a run at the end of which everything was verified, a cross one that was not: its "
        "time counts for nothing. The tick is the median of the verified runs, the bar its 95 % interval, "
        "which takes six runs or more.",
        alternative=f"Median seconds of verified runs: {says or 'no run was verified'}.",
        spec=_by_cell(cells, _time_layers(_teams(cells), log_ticks=_log_ticks(rows)), data="time"),
        data={"time": level(columns_of(rows))},
        simulated=simulated,
    )


def _time_rows(cell: Cell) -> Iterator[Row]:
    names = {"panel": cell.panel, "team": cell.team}
    times = cell.runs.select("run", "repetition", "seconds", "verified_done", "verified_seconds")
    for row in times.filter(pl.col("seconds").is_not_null()).iter_rows(named=True):
        state = "verified" if row["verified_done"] else "not verified"
        yield {
            "kind": "run", **names, "value": row["seconds"], "state": state, "run": row["run"],
            "repetition": row["repetition"],
        }  # fmt: skip
    verified = times["verified_seconds"].drop_nulls().to_list()
    yield from _middle(names, verified, _median_of, interval_of_median)


def _median_of(values: Sequence[float]) -> float:
    from statistics import median

    return float(median(values))


def _mean_of(values: Sequence[float]) -> float:
    from statistics import fmean

    return fmean(values)


def _middle(
    names: dict[str, str],
    values: Sequence[float],
    middle: Callable[[Sequence[float]], float],
    bounded: Callable[[Sequence[float]], Interval],
) -> Iterator[Row]:
    """The middle of some values, with an interval where so many bound anything."""
    if not values:
        return
    low: float | None = None
    high: float | None = None
    if len(values) > 1:
        interval = bounded(values)
        if isfinite(interval.low) and isfinite(interval.high):
            low, high = interval.low, interval.high
    yield {
        "kind": "middle", **names, "value": middle(values), "low": low, "high": high,
        "runs": len(values),
    }  # fmt: skip


def _log_ticks(rows: Sequence[Row]) -> list[float]:
    """The ticks of a logarithmic axis, where times differ so much that only that shows them all."""
    times = [row["value"] for row in rows if row["value"] > 0]
    is_wide = len(times) == len(rows) > 0 and max(times) > WIDE * min(times)
    return ticks(times) if is_wide else []


def _time_layers(teams: Sequence[str], *, log_ticks: Sequence[float]) -> list[Spec]:
    states = ["verified", "not verified"]
    colour = {
        "field": "state", "type": "nominal", "title": None,
        "scale": {"domain": states, "range": [GREEN, VERMILION]}, "legend": LEGEND,
    }  # fmt: skip
    shape = {
        "field": "state", "type": "nominal", "title": None,
        "scale": {"domain": states, "range": ["circle", "cross"]}, "legend": LEGEND,
    }  # fmt: skip
    x, y = _axes("seconds", teams)
    if log_ticks:
        axis = x["axis"] | {"values": list(log_ticks)}
        x |= {"scale": {"type": "log"}, "title": "seconds, logarithmic", "axis": axis}
    told = tooltip(
        ("team", "team", ""), ("value", "seconds", ",.4~g"), ("state", "", ""), ("run", "run", ""),
        ("repetition", "repetition", "d"),
    )  # fmt: skip
    dots: Spec = {
        "mark": {"type": "point", "filled": True, "size": 34, "opacity": 0.85},
        "encoding": {"x": x, "y": y, "color": colour, "shape": shape, "tooltip": told},
    }
    return around(of_kind("run", dots), _middle_layers(x, y, "median s"))


def around(dots: Spec, middle: Sequence[Spec]) -> list[Spec]:
    """Dots above the bar of an interval and below the tick of its middle."""
    return [middle[0], dots, middle[1]]


def _middle_layers(x: Spec, y: Spec, title: str, form: str = ",.4~g") -> list[Spec]:
    told = tooltip(
        ("team", "team", ""), ("value", title, form), ("low", "from", form), ("high", "to", form),
        ("runs", "runs", "d"),
    )  # fmt: skip
    return [
        of_kind("middle", {
            "mark": {"type": "rule", "strokeWidth": 6, "color": SKY, "opacity": 0.6, "clip": True},
            "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y, "tooltip": told},
        }),
        of_kind("middle", {
            "mark": {"type": "tick", "thickness": 3, "size": 15, "color": BLUE},
            "encoding": {"x": x, "y": y, "tooltip": told},
        }),
    ]  # fmt: skip


def _axes(title: str, teams: Sequence[str], *, share: bool = False) -> tuple[Spec, Spec]:
    x: Spec = {
        "field": "value", "type": "quantitative", "scale": {"domainMin": 0}, "title": title,
        "axis": {"grid": True, "tickCount": 5, "format": "%" if share else "~s"},
    }  # fmt: skip
    if share:
        x["scale"] = {"domain": [0, 1]}
    y: Spec = {
        "field": "team", "type": "nominal", "title": None, "sort": list(teams),
        "axis": {"grid": False, "labelLimit": 170, "domain": False, "ticks": False},
    }  # fmt: skip
    return x, y


def _teams(cells: Sequence[Cell]) -> tuple[str, ...]:
    return distinct(cell.team for cell in cells)


def _panels(cells: Sequence[Cell]) -> tuple[str, ...]:
    return distinct(cell.panel for cell in cells)


def _by_cell(cells: Sequence[Cell], layers: Sequence[Spec], *, data: str) -> Spec:
    order = _panels(cells)
    height = max(LEAST_HEIGHT, ROW_HEIGHT * len(_teams(cells)))
    return panels(layers, data=data, by="panel", order=order, height=height)


def verified_plot(name: str, summaries: Sequence[CellSummary], *, simulated: bool) -> Plot:
    """The share of each cell's runs at the end of which everything was verified, Wilson's interval."""
    rows: list[Row] = [
        {
            "kind": "middle", "panel": panel_name(cell.project, cell.structure, cell.faults),
            "team": f"{cell.team}:{cell.size}", "value": cell.verified, "runs": cell.runs,
            "low": cell.verified_interval[0], "high": cell.verified_interval[1],
        }
        for cell in summaries
    ]  # fmt: skip
    teams = distinct(row["team"] for row in rows)
    x, y = _axes("verified runs", teams, share=True)
    order = distinct(row["panel"] for row in rows)
    height = max(LEAST_HEIGHT, ROW_HEIGHT * len(teams))
    layers = _middle_layers(x, y, "verified", _SHARE_FORMAT)
    said = "; ".join(
        f"{row['panel']} {row['team']} {row['value']:.0%} of {row['runs']} runs" for row in rows
    )
    return Plot(
        name=name,
        title=titled("How often everything was verified", order),
        says="The tick is the share of all runs, those that could not be made among them; the bar is "
        "Wilson's 95 % interval.",
        alternative=f"Share of verified runs: {said}.",
        spec=panels(layers, data="verified", by="panel", order=order, height=height),
        data={"verified": level(columns_of(rows))},
        simulated=simulated,
    )


def metric_plot(
    name: str, metric: str, tables: Tables, *, title: str, says: str, simulated: bool
) -> Plot | None:
    """A metric of each run, and its mean with Student's interval; None where no run has it."""
    definition = METRICS[metric]
    values = definition.of(tables).select("run", pl.col("value").cast(pl.Float64))
    cells = cells_of(tables)
    rows = [row for cell in cells for row in _metric_rows(cell, values)]
    if not rows:
        return None
    share = definition.unit == "share"
    form = _SHARE_FORMAT if share else ",.4~g"
    unit = "seconds" if definition.unit == "s" else definition.unit
    x, y = _axes(title.lower() if share else unit, _teams(cells), share=share)
    told = tooltip(("team", "team", ""), ("value", definition.unit, form), ("run", "run", ""))
    dots: Spec = {
        "mark": {"type": "point", "filled": True, "size": 30, "opacity": 0.8, "color": ORANGE},
        "encoding": {"x": x, "y": y, "tooltip": told},
    }
    layers = around(of_kind("run", dots), _middle_layers(x, y, "mean", form))
    middles = [row for row in rows if row["kind"] == "middle"]
    said = "; ".join(
        f"{row['panel']} {row['team']} "
        + (f"{row['value']:.1%}" if share else f"{row['value']:.3g}")
        for row in middles
    )
    return Plot(
        name=name,
        title=titled(title, _panels(cells)),
        says=f"{says} Definition: {definition.says} A dot is a run, the tick the mean, the bar its 95 % "
        "interval.",
        alternative=f"Mean of {metric} ({definition.unit}): {said}.",
        spec=_by_cell(cells, layers, data=metric),
        data={metric: level(columns_of(rows))},
        simulated=simulated,
    )


def _metric_rows(cell: Cell, values: pl.DataFrame) -> Iterator[Row]:
    names = {"panel": cell.panel, "team": cell.team}
    known = (
        cell.runs.select("run").join(values, on="run", maintain_order="left").drop_nulls("value")
    )
    for run, value in known.iter_rows():
        yield {"kind": "run", **names, "run": run, "value": value}
    found = known["value"].to_list()
    yield from _middle(names, found, _mean_of, interval_of_mean)
