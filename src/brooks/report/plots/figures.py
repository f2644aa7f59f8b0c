"""The figures of the published study, over its own runs, over ours, or over both beside each other.

Every value is that of `brooks.bench.study.figures`; bars are one standard error, as published.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from brooks.analysis.tables import Tables
from brooks.bench.study.figures import FIGURES
from brooks.bench.study.modes import modes_of
from brooks.report.page.contents import Plot, level
from brooks.report.plots.colours import GREY
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
    ticks,
    tooltip,
)

Row = dict[str, Any]
Sources = Mapping[str, Tables]
"""Runs by what a legend calls them, such as "published"."""
ORDER = ("parallel", "mixed", "serial")
PUBLISHED_NAMES = {"p09": "parallel", "p05": "mixed", "p02": "serial"}
"""The published names of structures, by their parallel fractions, and what ours are called."""
MODES = ("preassigned", "decentralized")


class _Figure(NamedTuple):
    """How a figure is drawn."""

    figure: str
    title: str
    says: str
    axis: str
    value: str
    error: str | None
    """The column of the standard error."""
    form: str = ".3~g"
    line: str | None = None
    """A column drawn as a dashed line."""
    by_structure: bool = True
    is_wide: bool = False
    """Whether values differ so much that only a logarithmic axis shows them all."""
    even: float | None = None
    """A value at which nothing is gained or lost."""


_FIGURES = (
    _Figure("fig_speedup", "Speedup", "Mean seconds of one agent of the mode by those of n; the dashed line "
            "is Amdahl's bound. Of successful runs.", "speedup", "speedup_mean", "speedup_sem",
            line="amdahl", even=1.0),
    _Figure("fig_tokens", "Tokens of a run", "Mean, of successful runs.", "tokens", "tokens_mean",
            "tokens_sem", form=",.0f", is_wide=True),
    _Figure("fig_straggler", "Straggler gap", "Of each round the longest latency less the mean one; mean "
            "over rounds of all runs.", "seconds", "gap_mean", "gap_sem"),
    _Figure("success_rate", "Success", "Share of all runs in which every task was marked done.",
            "share of runs", "success_rate", None, form=".1%"),
    _Figure("fig_extra_messages", "Extra messages", "Replies in a decentralized run beyond those in a "
            "preassigned one; mean of all runs.", "replies", "extra", "extra_sem", by_structure=False,
            even=0.0),
    _Figure("fig_extra_idle", "Extra idle rounds", "Idle rounds in a decentralized run beyond those in a "
            "preassigned one; mean of all runs.", "rounds", "extra", "extra_sem", by_structure=False,
            even=0.0),
)  # fmt: skip


def figure_plots(sources: Sources) -> Iterator[Plot]:
    """Every figure that these runs give."""
    for each in _FIGURES:
        plot = _by_size(each, sources)
        if plot is not None:
            yield plot
    yield from filter(None, (_price(sources), _conflicts(sources), _failed_tests(sources)))


def _frames(
    sources: Sources, figure: Callable[[Tables], pl.DataFrame]
) -> Iterator[tuple[str, list[Row]]]:
    """The rows of a figure for each source, with the mode under the study's name."""
    for source, tables in sources.items():
        known = dict(zip(modes_of(tables), MODES, strict=True))
        rows = figure(tables).rows(named=True)
        yield source, [row | _names(row, known) for row in rows]


def _names(row: Row, modes: Mapping[str, str]) -> Row:
    structure = row.get("p_label", "")
    return {
        "mode": modes.get(row.get("mode", ""), ""),
        "p_label": PUBLISHED_NAMES.get(structure, structure),
    }


def _by_size(drawn: _Figure, sources: Sources) -> Plot | None:
    rows = [
        _row(drawn, source, row)
        for source, each in _frames(sources, FIGURES[drawn.figure])
        for row in each
        if row[drawn.value] is not None and (row["mode"] or not drawn.by_structure)
    ]
    if not rows:
        return None
    models = distinct(row["model"] for row in rows)
    sizes = sorted({row["agents"] for row in rows})
    log_ticks = ticks(row["value"] for row in rows)
    _shift(rows, models)
    order = _order(rows)
    lines = list(_lines(drawn, sources, order)) if drawn.line else []
    return Plot(
        name=f"study-{drawn.figure.removeprefix('fig_').replace('_', '-')}",
        title=drawn.title,
        says=f"{drawn.says}" + (" Bars are one standard error." if drawn.error else ""),
        alternative=_alternative(drawn, rows),
        spec=panels(
            _layers(drawn, models, tuple(sources), sizes=sizes, log_ticks=log_ticks),
            data=drawn.figure, by="panel", order=order, height=165,
        ),
        data={drawn.figure: level(columns_of([*lines, *rows]))},
        simulated=is_simulated(sources),
    )  # fmt: skip


def is_simulated(sources: Sources) -> bool:
    """Whether any run of them is."""
    return any(
        bool(tables.runs["simulated"].fill_null(value=False).any()) for tables in sources.values()
    )


def _row(drawn: _Figure, source: str, row: Row) -> Row:
    value = row[drawn.value]
    error = row[drawn.error] if drawn.error else None
    return {
        "kind": "point", "panel": _panel(drawn, row), "source": source, "model": row["model"],
        "agents": row["n"], "value": value, "error": error,
        "low": None if error is None else value - error, "high": None if error is None else value + error,
    }  # fmt: skip


def _panel(drawn: _Figure, row: Row) -> str:
    return f"{row['mode']}, {row['p_label']}" if drawn.by_structure else ""


def _order(rows: Sequence[Row]) -> tuple[str, ...]:
    here = distinct(row["panel"] for row in rows)
    usual = [f"{mode}, {structure}" for mode in MODES for structure in ORDER]
    return (*(panel for panel in usual if panel in here), *(p for p in here if p not in usual))


def _shift(rows: Sequence[Row], models: Sequence[str]) -> None:
    """Put the points of one size beside each other."""
    for row in rows:
        row["x"] = row["agents"] + 0.09 * (models.index(row["model"]) - (len(models) - 1) / 2)


def _lines(drawn: _Figure, sources: Sources, order: Sequence[str]) -> Iterator[Row]:
    seen = set()
    for _, rows in _frames(sources, FIGURES[drawn.figure]):
        for row in rows:
            at = (_panel(drawn, row), row["n"])
            if at not in seen and at[0] in order and drawn.line and row[drawn.line] is not None:
                seen.add(at)
                yield {"kind": "line", "panel": at[0], "x": at[1], "value": row[drawn.line]}


def _layers(
    drawn: _Figure,
    models: Sequence[str],
    sources: Sequence[str],
    *,
    sizes: Sequence[int],
    log_ticks: Sequence[float],
) -> list[Spec]:
    x = agents_axis(sizes)
    form = "%" if "%" in drawn.form else "~s"
    y: Spec = {
        "field": "value", "type": "quantitative", "title": drawn.axis,
        "axis": {"tickCount": 5, "format": form}, "scale": {"zero": True},
    }  # fmt: skip
    if form == "%":
        y["scale"] = {"domain": [0, 1]}
    if drawn.is_wide:
        y |= {
            "scale": {"type": "log", "nice": False, "padding": 6},
            "axis": {"values": list(log_ticks), "format": "~s"},
        }
    told = tooltip(
        ("source", "runs", ""), ("model", "model", ""), ("agents", "agents", "d"),
        ("value", drawn.axis, drawn.form), ("error", "standard error", drawn.form),
    )  # fmt: skip
    colour = coloured("model", models)
    marks: Spec = {"color": colour}
    marks["shape"] = _shape(models, sources)
    ends = {"y": {**y, "field": "low"}, "y2": {"field": "high"}}
    dash: Spec = {"detail": {"field": "source"}}
    if len(sources) > 1:
        dash = {"strokeDash": {
            "field": "source", "type": "nominal", "title": None,
            "legend": shaped("source", sources, alone=True)["legend"],
            "scale": {"domain": list(sources), "range": [[1, 0], [3, 3]]},
        }}  # fmt: skip
    even = [] if drawn.even is None else [even_line(drawn.even)]
    return [
        *even,
        of_kind("line", {
            "mark": {"type": "line", "strokeDash": [5, 4], "color": GREY, "strokeWidth": 1.5},
            "encoding": {"x": x, "y": y},
        }),
        of_kind("point", {
            "mark": {"type": "line", "strokeWidth": 1.4, "opacity": 0.7},
            "encoding": {"x": x, "y": y, "color": colour, **dash},
        }),
        of_kind("point", {
            "mark": {"type": "rule", "strokeWidth": 1.4},
            "encoding": {"x": x, **ends, "color": colour},
        }),
        of_kind("point", {
            "mark": {"type": "point", "filled": True, "size": 55, "opacity": 1},
            "encoding": {"x": x, "y": y, **marks, "tooltip": told},
        }),
    ]  # fmt: skip


def _shape(models: Sequence[str], sources: Sequence[str]) -> Spec:
    """By source; with one source shapes are the models', and so in one legend with the colours."""
    return shaped("source", sources, alone=True) if len(sources) > 1 else shaped("model", models)


def _alternative(drawn: _Figure, rows: Sequence[Row]) -> str:
    said = "; ".join(
        f"{row['source']}, {row['panel'] or 'all'}, {row['model']}, {row['agents']} agents: "
        f"{row['value']:.3g}"
        for row in rows
    )
    return f"{drawn.title}, {drawn.axis}. {said}."


def _price(sources: Sources) -> Plot | None:
    """Speedup for tokens, mode by mode."""
    rows = [
        {
            "kind": "point", "panel": row["mode"], "source": source, "model": row["model"],
            "structure": row["p_label"], "agents": row["n"], "speedup": row["speedup"],
            "tokens": row["token_mult"],
        }
        for source, each in _frames(sources, FIGURES["fig_cost_speedup"])
        for row in each
        if row["n"] > 1 and row["mode"] and row["speedup"] is not None and row["token_mult"] is not None
    ]  # fmt: skip
    if not rows:
        return None
    most = max(row["speedup"] for row in rows) * 1.05
    order = tuple(mode for mode in MODES if any(row["panel"] == mode for row in rows))
    even = [
        {"kind": "even", "panel": panel, "speedup": at, "tokens": at}
        for panel in order
        for at in (0.0, most)
    ]
    return Plot(
        name="study-cost-speedup",
        title="Speed for tokens",
        says="Mean speedup of a cell by how many times the tokens of one agent it takes, of successful "
        "runs. On the dashed line both grow alike.",
        alternative="Speedup and token multiple: "
        + "; ".join(
            f"{row['source']}, {row['panel']}, {row['structure']}, {row['model']}, {row['agents']} agents: "
            f"{row['speedup']:.2f} for {row['tokens']:.2f}"
            for row in rows
        )
        + ".",
        spec=panels(
            _price_layers(distinct(row["model"] for row in rows), tuple(sources)),
            data="fig_cost_speedup", by="panel", order=order, height=220, columns=2,
        ),
        data={"fig_cost_speedup": level(columns_of([*even, *rows]))},
        simulated=is_simulated(sources),
    )  # fmt: skip


def _price_layers(models: Sequence[str], sources: Sequence[str]) -> list[Spec]:
    x: Spec = {"field": "tokens", "type": "quantitative", "title": "times the tokens",
               "scale": {"zero": True}, "axis": {"tickCount": 6}}  # fmt: skip
    y: Spec = {
        "field": "speedup",
        "type": "quantitative",
        "title": "speedup",
        "scale": {"zero": True},
    }
    told = tooltip(
        ("source", "runs", ""), ("model", "model", ""), ("structure", "structure", ""),
        ("agents", "agents", "d"), ("speedup", "speedup", ".3f"), ("tokens", "times the tokens", ".3f"),
    )  # fmt: skip
    shape = _shape(models, sources)
    return [
        of_kind("even", {
            "mark": {"type": "line", "strokeDash": [5, 4], "color": GREY, "strokeWidth": 1.2},
            "encoding": {"x": x, "y": y},
        }),
        of_kind("point", {
            "mark": {"type": "point", "filled": True, "size": 60, "opacity": 0.85},
            "encoding": {"x": x, "y": y, "color": coloured("model", models), "shape": shape,
                         "tooltip": told},
        }),
    ]  # fmt: skip


class _Bars(NamedTuple):
    """How a figure without sizes is drawn."""

    name: str
    title: str
    says: str
    axis: str


def _conflicts(sources: Sources) -> Plot | None:
    names = {
        "concurrent_writes": "concurrent writes",
        "rewrites": "rewrites",
        "claims_blocked": "claims refused for order",
    }
    rows = [
        _bar(source, row, names[row["metric"]], value="mean_per_run", error="sem")
        for source, each in _frames(sources, FIGURES["fig_conflicts"])
        for row in each
    ]
    says = "Of a successful decentralized run; mean, with one standard error."
    return _bars(_Bars("study-conflicts", "Conflicts", says, "a run"), rows, sources)


def _failed_tests(sources: Sources) -> Plot | None:
    rows = [
        _bar(source, row, row["mode"], value="failures_mean", error="failures_sem")
        for source, each in _frames(sources, FIGURES["fig_test_failures"])
        for row in each
        if row["mode"]
    ]
    says = "Test runs that failed, of a successful run; mean, with one standard error."
    drawn = _Bars("study-test-failures", "Failed tests", says, "failed test runs")
    return _bars(drawn, rows, sources)


def _bar(source: str, row: Row, panel: str, *, value: str, error: str) -> Row:
    middle, reach = row[value], row[error]
    known = middle is not None and reach is not None
    return {
        "kind": "point", "panel": panel, "source": source, "model": row["model"], "value": middle,
        "error": reach, "low": middle - reach if known else None,
        "high": middle + reach if known else None, "runs": row["runs"],
    }  # fmt: skip


def _bars(drawn: _Bars, every: Sequence[Row], sources: Sources) -> Plot | None:
    rows = [row for row in every if row["value"] is not None]
    if not rows:
        return None
    models = distinct(row["model"] for row in rows)
    said = "; ".join(
        f"{row['source']}, {row['panel']}, {row['model']} {row['value']:.3g}" for row in rows
    )
    layers = _bar_layers(drawn.axis, models, tuple(sources))
    here = distinct(row["panel"] for row in rows)
    order = sorted(here, key=lambda panel: MODES.index(panel) if panel in MODES else 0)
    height = max(60, 26 * len(models))
    return Plot(
        name=drawn.name,
        title=drawn.title,
        says=drawn.says,
        alternative=f"{drawn.title}: {said}.",
        spec=panels(layers, data=drawn.name, by="panel", order=order, height=height),
        data={drawn.name: level(columns_of(rows))},
        simulated=is_simulated(sources),
    )


def _bar_layers(axis: str, models: Sequence[str], sources: Sequence[str]) -> list[Spec]:
    x: Spec = {"field": "value", "type": "quantitative", "title": axis, "scale": {"zero": True},
               "axis": {"tickCount": 5, "format": "~s", "grid": True}}  # fmt: skip
    y: Spec = {"field": "model", "type": "nominal", "title": None, "sort": list(models),
               "axis": {"grid": False, "labelLimit": 190, "ticks": False, "domain": False}}  # fmt: skip
    told = tooltip(
        ("source", "runs", ""), ("model", "model", ""), ("value", axis, ".3f"),
        ("error", "standard error", ".3f"), ("runs", "number of runs", "d"),
    )  # fmt: skip
    colour = coloured("source", sources)
    return [
        {
            "mark": {"type": "rule", "strokeWidth": 2},
            "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y, "color": colour},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 65, "opacity": 1},
            "encoding": {
                "x": x, "y": y, "color": coloured("source", sources), "shape": shaped("source", sources),
                "tooltip": told,
            },
        },
    ]  # fmt: skip
