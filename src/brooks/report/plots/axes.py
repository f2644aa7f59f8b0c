"""Pieces of Vega-Lite specifications that several plots share."""

from collections.abc import Mapping, Sequence
from typing import Any

Spec = dict[str, Any]


_STEPS = (60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 21600, 43200)
"""Seconds between two ticks of a long time axis: what a clock has."""
_DAY = 86400
_ROUGH = "((to - from) / max(2, floor(width / 90)))"
"""Seconds between two ticks if they stood anywhere."""
_CLOCK = f"{_ROUGH} > 30"
"""Whether ticks stand where a clock has them, and are written as it writes them."""
_STEP = (
    " : ".join(f"{_ROUGH} <= {step} ? {step}" for step in _STEPS)
    + f" : ceil({_ROUGH} / {_DAY}) * {_DAY}"
)
_HOURS = (
    "floor(datum.value / 3600) + ':' + pad(floor(datum.value % 3600 / 60), 2, '0', 'left') + ':' "
    "+ pad(floor(datum.value % 60), 2, '0', 'left')"
)
_MINUTES = "floor(datum.value / 60) + ':' + pad(floor(datum.value % 60), 2, '0', 'left')"
_CLOCK_LABEL = f"datum.value >= 3600 ? {_HOURS} : {_MINUTES}"
_LONG = 600
"""Seconds from the start after which single seconds are written as a clock does, too."""
_EXACT = "(round(datum.value * 1000) / 1000)"
_FINE_LABEL = (
    f"floor({_EXACT} / 60) + ':' + ({_EXACT} % 60 < 10 ? '0' : '') + format({_EXACT} % 60, '.3~f')"
)
"""Minutes, seconds and parts of them."""


def time_axis(field: str, *, title: str = "time since the start") -> Spec:
    """The x channel of a time axis that is zoomed by the parameters `from` and `to`.

    Ticks are seconds (`12 s`) in the first ten minutes as long as they are less than half a minute apart;
    else minutes and seconds (`2:30`), and hours before them (`1:02:30`).
    """
    label = f"{_CLOCK} ? ({_CLOCK_LABEL}) : to > {_LONG} ? ({_FINE_LABEL}) : datum.label + ' s'"
    return {
        "field": field,
        "type": "quantitative",
        "title": title,
        "scale": {"domain": [{"expr": "from"}, {"expr": "to"}], "nice": False, "zero": False},
        "axis": {
            "tickCount": {"expr": "max(2, floor(width / 90))"},
            "values": {
                "expr": f"{_CLOCK} ? sequence(ceil(from / ({_STEP})) * ({_STEP}), to, {_STEP}) : null"
            },
            "labelExpr": label,
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
