"""Small multiples: the same plot of many parts of the data, and the intervals that they are made of.

All rows of such a plot are in one data set, since that is what Vega-Lite divides into panels; a layer
takes those whose `kind` is its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, floor, log10
from typing import Any

from brooks.report.page.contents import Columns
from brooks.report.plots.colours import GREY, SERIES

Spec = dict[str, Any]
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "stroke")
"""Beside the colours of `SERIES`, for who does not tell them apart."""
LONG_NAME = 20
MOST_BELOW = 5
FEW_DECADES = 2
EVEN = 4
"""Panels that look better in two rows of two than in one of three and one of one."""
LEGEND: Spec = {"symbolType": None, "symbolStrokeWidth": 1, "symbolOpacity": 1}
"""Of a plot whose marks have shapes of their own: those are shown, and not the page's squares."""


def panels(
    layers: Sequence[Spec],
    *,
    data: str,
    by: str,
    order: Sequence[str],
    height: int,
    columns: int = 3,
) -> Spec:
    """A panel for each value of a column, in this order; one plain plot where there is only one."""
    layered: Spec = {"height": height, "layer": list(layers)}
    if len(order) == 1:
        return {"data": {"name": data}, **layered}
    header = {"title": None, "labelLimit": 260}
    return {
        "data": {"name": data},
        "facet": {"field": by, "type": "nominal", "header": header, "sort": list(order)},
        "columns": 2 if len(order) == EVEN else columns,
        "spacing": {"row": 14, "column": 22},
        "spec": layered,
    }


def titled(title: str, order: Sequence[str]) -> str:
    """A plot's title, with what it is of where there is but one panel, which has no title of its own."""
    return f"{title}, {order[0]}" if len(order) == 1 and order[0] else title


def of_kind(kind: str, layer: Spec) -> Spec:
    """A layer that shows the rows of one kind only."""
    return {"transform": [{"filter": {"field": "kind", "equal": kind}}], **layer}


def coloured(field: str, names: Sequence[str]) -> Spec:
    """Colours by name; one legend with that of `shaped`, if both name the same."""
    return _scaled(field, names, [SERIES[place % len(SERIES)] for place in range(len(names))])


def shaped(field: str, names: Sequence[str], *, alone: bool = False) -> Spec:
    """Shapes by name; `alone` if colours tell something else apart, so that the legend has none."""
    found = _scaled(field, names, [SHAPES[place % len(SHAPES)] for place in range(len(names))])
    if alone and found["legend"]:
        found["legend"] = LEGEND | {"symbolFillColor": GREY, "symbolStrokeColor": GREY}
    return found


def _scaled(field: str, names: Sequence[str], values: Sequence[str]) -> Spec:
    scaled: Spec = {
        "field": field,
        "type": "nominal",
        "title": None,
        "scale": {"domain": list(names), "range": list(values)},
    }
    scaled["legend"] = legend_of(names)
    return scaled


def agents_axis(sizes: Sequence[int]) -> Spec:
    """Across: the number of agents, in the column `x`, with a tick for each size there is."""
    return {
        "field": "x",
        "type": "quantitative",
        "title": "agents",
        "axis": {"values": list(sizes), "format": "d"},
        "scale": {"zero": False, "nice": False, "padding": 12},
    }


def legend_of(names: Sequence[str]) -> Spec | None:
    """A legend of shapes; long names stand below each other, since a phone has no room beside them."""
    if len(names) < 2:
        return None
    longest = max(map(len, names))
    return LEGEND | {"columns": 1} if longest > LONG_NAME and len(names) <= MOST_BELOW else LEGEND


def ticks(values: Iterable[float | None]) -> list[float]:
    """Where a logarithmic axis of these values has ticks: a grid at every digit would hide the marks."""
    known = [value for value in values if value is not None and value > 0]
    if not known:
        return []
    low, high = floor(log10(min(known))), ceil(log10(max(known)))
    digits = (1, 2, 5) if high - low <= FEW_DECADES else (1,)
    every = [digit * 10.0**power for power in range(low, high + 1) for digit in digits]
    return [tick for tick in every if min(known) / 2 <= tick <= max(known) * 2]


def even_line(value: float) -> Spec:
    """A thin line at the value at which nothing is gained or lost."""
    return {
        "data": {"values": [{}]},
        "mark": {"type": "rule", "color": GREY, "strokeWidth": 0.8, "opacity": 0.6},
        "encoding": {"y": {"datum": value}},
    }


def tooltip(*fields: tuple[str, str, str]) -> list[Spec]:
    """What is told of a mark: column, title, format; a format of "" is for text."""
    return [
        {"field": field, "title": title, "type": "quantitative", "format": form}
        if form
        else {"field": field, "title": title, "type": "nominal"}
        for field, title, form in fields
    ]


def columns_of(rows: Iterable[Mapping[str, Any]]) -> Columns:
    """Rows as columns; what a row does not have is None."""
    each = list(rows)
    names = dict.fromkeys(name for row in each for name in row)
    return {name: [row.get(name) for row in each] for name in names}


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """The values, each once, in the order in which they come first."""
    return tuple(dict.fromkeys(values))
