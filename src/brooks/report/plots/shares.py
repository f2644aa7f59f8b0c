"""Shares with the intervals that they lie in, one below the other."""

from collections.abc import Sequence

from brooks.report.plots.colours import BLUE, SKY
from brooks.report.plots.panels import Spec


def share_axis(title: str) -> Spec:
    """Shares, from none to all."""
    return {
        "field": "value", "type": "quantitative", "title": title, "scale": {"domain": [0, 1]},
        "axis": {"format": "%", "grid": True, "tickCount": 5},
    }  # fmt: skip


def name_axis(field: str, names: Sequence[str], *, widest: int) -> Spec:
    """What they are shares of, in this order; names take at most so many pixels."""
    return {
        "field": field, "type": "nominal", "title": None, "sort": list(names),
        "axis": {"grid": False, "ticks": False, "domain": False, "labelLimit": widest},
    }  # fmt: skip


def share_layers(x: Spec, y: Spec, told: list[Spec], between: Sequence[Spec] = ()) -> list[Spec]:
    """A bar from `low` to `high`, what is `between`, and a tick at `value`."""
    ends = {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y, "tooltip": told}
    return [
        {"mark": {"type": "rule", "strokeWidth": 6, "opacity": 0.6, "color": SKY}, "encoding": ends},
        *between,
        {"mark": {"type": "tick", "thickness": 3, "size": 15, "color": BLUE},
         "encoding": {"x": x, "y": y, "tooltip": told}},
    ]  # fmt: skip
