"""Pieces of Vega-Lite specifications that several plots share."""

from collections.abc import Mapping, Sequence
from typing import Any

Spec = dict[str, Any]


def time_axis(field: str, *, title: str = "seconds since the start") -> Spec:
    """The x channel of a time axis that is zoomed by the parameters `from` and `to`."""
    return {
        "field": field,
        "type": "quantitative",
        "title": title,
        "scale": {"domain": [{"expr": "from"}, {"expr": "to"}], "nice": False, "zero": False},
        "axis": {
            "tickCount": {"expr": "max(2, floor(width / 90))"},
            "grid": True,
            "labelOverlap": True,
        },
    }


def coloured(
    field: str, colours: Mapping[str, str], *, title: str | None = None, only: Sequence[str] = ()
) -> Spec:
    """The colour channel of a field whose values have fixed colours; of `only` those that occur."""
    names = [name for name in colours if not only or name in only]
    return {
        "field": field,
        "type": "nominal",
        "title": title,
        "scale": {"domain": names, "range": [colours[name] for name in names]},
        "legend": legend(),
    }


def legend(**changed: Any) -> Spec:
    """A legend above the plot; the page says in how many columns."""
    return {"orient": "top", "labelLimit": 170, **changed}


def tip(field: str, title: str, *, form: str = "") -> Spec:
    """One line of a tooltip."""
    line: Spec = {"field": field, "title": title}
    if form:
        line |= {"type": "quantitative", "format": form}
    else:
        line["type"] = "nominal"
    return line


SECONDS = ",.2f"
WHOLE = ",.0f"
MONEY = "$,.4f"
