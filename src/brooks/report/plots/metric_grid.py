"""The table of every metric: its value in one run or in several, and what it means."""

from collections.abc import Mapping, Sequence

from brooks.analysis.metrics.catalogue import METRICS
from brooks.analysis.metrics.metric import Basis, Metric
from brooks.report.page.contents import Cell, Grid

_WHY_UNKNOWN = {
    Basis.BASELINE: "needs a run of one agent on the same problem",
    Basis.ROUND: "only for teams that move in rounds",
    Basis.ATTEMPT: "the log does not say",
    Basis.RUN: "the log does not say",
}

Measured = Mapping[str, float | None]


def metric_grid(
    runs: Sequence[str], measured: Sequence[Measured], *, simulated: bool, name: str = "metrics"
) -> Grid:
    """Every metric that is known of one of these runs: a row each, with a column for each run."""
    known = [
        metric
        for metric in METRICS.values()
        if any(each[metric.name] is not None for each in measured)
    ]
    return _grid(known, runs, measured, simulated=simulated, name=name, title="Every metric")


def unknown_grid(measured: Sequence[Measured], *, name: str = "unknown-metrics") -> Grid | None:
    """The metrics that no run has a value of, and why; None where there is none."""
    missing = [
        metric for metric in METRICS.values() if all(each[metric.name] is None for each in measured)
    ]
    if not missing:
        return None
    return Grid(
        name=name,
        title="Metrics without a value",
        says="What is not known is left out and never taken for zero.",
        heads=("metric", "why it is unknown"),
        rows=tuple(
            (Cell(value=metric.name, text=metric.name), Cell(value=None, text=_why(metric), tone="quiet"))
            for metric in missing
        ),
        notes=tuple(metric.says for metric in missing),
        simulated=False,
    )  # fmt: skip


def _grid(
    metrics: Sequence[Metric],
    runs: Sequence[str],
    measured: Sequence[Measured],
    *,
    simulated: bool,
    name: str,
    title: str,
) -> Grid:
    heads = ("metric", *(runs if len(runs) > 1 else ("value",)), "unit")
    return Grid(
        name=name,
        title=title,
        says="The definitions are those of docs/metrics.md.",
        heads=heads,
        rows=tuple(
            (
                Cell(value=metric.name, text=metric.name),
                *(value_cell(each[metric.name], metric.unit) for each in measured),
                Cell(value=metric.unit, text=metric.unit, tone="quiet"),
            )
            for metric in metrics
        ),
        notes=tuple(metric.says for metric in metrics),
        simulated=simulated,
    )


def value_cell(value: float | None, unit: str = "") -> Cell:
    """A value as a table has it: in full, and written short."""
    if value is None:
        return Cell(value=None, text="unknown", tone="quiet")
    return Cell(value=value, text=number(value, unit), tone="" if value else "quiet")


def number(value: float, unit: str = "") -> str:
    """A value of a metric in three digits or so; shares as per cent, yes and no in words."""
    if unit == "0 or 1":
        return "yes" if value else "no"
    if unit == "share":
        return f"{value:.1%}" if abs(value) < 10 else f"{value:,.1f}"
    if unit == "US$":
        return f"${value:,.2f}" if value == 0 or abs(value) >= 1 else f"${value:.3g}"
    if value == int(value) and abs(value) < 1e15 and unit != "times":
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.3g}"


def _why(metric: Metric) -> str:
    shares = {"useful_tokens", "redundant_tokens", "wasted_tokens"}
    if metric.name in {"dollars", "dollars_per_verified_task"}:
        return "the price of a model is not known, or no task was verified"
    if metric.name == "verified_seconds":
        return "the run was not verified"
    if metric.name in shares:
        return "no reply has been judged"
    return _WHY_UNKNOWN[metric.basis]
