"""Conflicts and failed checks over time."""

from collections import Counter
from typing import Any

from brooks.report.page.contents import Plot, Zoom
from brooks.report.plots.axes import SECONDS, Spec, time_axis, tip
from brooks.report.plots.colours import BLUE, ORANGE, PURPLE, SKY, VERMILION
from brooks.report.plots.levels import point_levels
from brooks.report.plots.told import Told, short, table
from brooks.report.wording import duration, plain

FAILED = "failed check"
_KINDS = {
    FAILED: (VERMILION, "cross"),
    "stale write": (PURPLE, "diamond"),
    "lost claim": (ORANGE, "triangle-down"),
    "locked file": (BLUE, "square"),
    "overtaken work": (SKY, "triangle-right"),
}

Row = dict[str, Any]


def trouble_rows(told: Told) -> list[Row]:
    """Every failed check and every conflict, those at an unknown time left out, ordered by time."""
    found = [
        _row(row, FAILED, row["reason"] or "")
        for row in table(told.rows, "actions")
        if row["kind"] == "check" and row["passed"] is False
    ]
    found += [
        _row(row, row["kind"], " ".join(part for part in (row["path"], row["outcome"]) if part))
        for row in table(told.rows, "conflicts")
    ]
    return sorted((row for row in found if row["time"] is not None), key=lambda row: row["time"])


def _row(row: Row, kind: str, detail: str) -> Row:
    return {
        "time": None if row["time"] is None else short(row["time"]),
        "kind": kind,
        "agent": row["agent"] or "",
        "task": row["task"] or "",
        "detail": plain(detail, most=80),
    }


def trouble_plot(told: Told, *, name: str = "trouble") -> Plot | None:
    """A mark for each, in a line for each kind; None where there was nothing of it."""
    rows = trouble_rows(told)
    if not rows:
        return None
    counts = Counter(row["kind"] for row in rows)
    kinds = [kind for kind in _KINDS if counts[kind]]
    columns = {
        key: [row[key] for row in rows] for key in ("time", "kind", "agent", "task", "detail")
    }
    parts = ", ".join(f"{kind}: {counts[kind]}" for kind in kinds)
    return Plot(
        name=name,
        title="Conflicts and failed checks over time",
        says=(
            "A mark is one failed check, or one time that an agent's work met another's. A large mark stands "
            "for several."
        ),
        alternative=f"{parts}, between {duration(rows[0]['time'])} and {duration(rows[-1]['time'])}.",
        spec=_spec(kinds, counts),
        data={"happened": point_levels(columns, told.span, lane="kind")},
        simulated=told.simulated,
        zoom=Zoom(start=0.0, end=told.span.end),
    )


def _spec(kinds: list[str], counts: Counter[str]) -> Spec:
    labels = " : ".join(f"datum.value == '{kind}' ? '{kind} ({counts[kind]})'" for kind in kinds)
    return {
        "data": {"name": "happened"},
        "height": {"step": 34},
        "mark": {"type": "point", "filled": True, "opacity": 0.85},
        "encoding": {
            "x": time_axis("time"),
            "y": {
                "field": "kind", "type": "nominal", "title": None, "sort": kinds,
                "scale": {"domain": kinds},
                "axis": {
                    "labelExpr": f"{labels} : datum.value", "grid": True, "ticks": False, "labelLimit": 150,
                },
            },
            "color": {
                "field": "kind", "type": "nominal", "legend": None,
                "scale": {"domain": kinds, "range": [_KINDS[kind][0] for kind in kinds]},
            },
            "shape": {
                "field": "kind", "type": "nominal", "legend": None,
                "scale": {"domain": kinds, "range": [_KINDS[kind][1] for kind in kinds]},
            },
            "size": {
                "field": "count", "type": "quantitative", "legend": None,
                "scale": {"type": "sqrt", "domain": [1, 100], "range": [70, 700], "clamp": True},
            },
            "tooltip": [
                tip("kind", "what"), tip("agent", "agent"), tip("task", "task"), tip("detail", "how"),
                tip("time", "at, s", form=SECONDS), tip("count", "how often", form=",d"),
            ],
        },
    }  # fmt: skip
