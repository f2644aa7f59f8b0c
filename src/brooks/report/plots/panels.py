"""Small multiples: the same plot of many parts of the data, and the intervals that they are made of.

All rows of such a plot are in one data set, since that is what Vega-Lite divides into panels; a layer
takes those whose `kind` is its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from brooks.report.page.contents import Columns
from brooks.report.plots.colours import SERIES

Spec = dict[str, Any]
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "stroke")
"""Beside the colours of `SERIES`, for who does not tell them apart."""
QUIET = 0.35


def panels(
    layers: Sequence[Spec], *, data: str, by: str, order: Sequence[str], height: int, columns: int = 3
) -> Spec:
    """A panel for each value of a column, in this order; one plain plot where there is only one."""
    layered: Spec = {"height": height, "layer": list(layers)}
    if len(order) == 1:
        return {"data": {"name": data}, **layered}
    header = {"title": None, "labelLimit": 260}
    return {
        "data": {"name": data},
        "facet": {"field": by, "type": "nominal", "header": header, "sort": list(order)},
        "columns": columns,
        "spacing": {"row": 14, "column": 22},
        "spec": layered,
    }


def of_kind(kind: str, layer: Spec) -> Spec:
    """A layer that shows the rows of one kind only."""
    return {"transform": [{"filter": {"field": "kind", "equal": kind}}], **layer}


def coloured(field: str, names: Sequence[str], *, legend: bool = True, first: int = 0) -> Spec:
    """Colours by name; one legend with that of `shaped`, if both name the same."""
    colours = [SERIES[(place + first) % len(SERIES)] for place in range(len(names))]
    return _scaled(field, names, colours, legend=legend)


def shaped(field: str, names: Sequence[str], *, legend: bool = True) -> Spec:
    """Shapes by name."""
    return _scaled(
        field, names, [SHAPES[place % len(SHAPES)] for place in range(len(names))], legend=legend
    )


def _scaled(field: str, names: Sequence[str], values: Sequence[str], *, legend: bool) -> Spec:
    scaled: Spec = {
        "field": field,
        "type": "nominal",
        "title": None,
        "scale": {"domain": list(names), "range": list(values)},
    }
    # symbolType null: the shape of the mark, and not the square of the page's other legends
    scaled["legend"] = {"symbolType": None, "columns": 2} if legend and len(names) > 1 else None
    return scaled


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
