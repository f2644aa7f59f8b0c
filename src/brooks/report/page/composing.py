"""From a plot to the whole Vega-Lite specification that is drawn: the one place where that is done.

Here the word "simulated" is written into every plot that needs it, in a page and in a picture alike, the
parameters of a zoomed time axis get their values, and what lies outside of it is cut off.
"""

from typing import Any

from brooks.report.page.contents import PANEL_LABELS, PANEL_WIDTH, Plot
from brooks.report.page.themes import SIMULATED, Theme

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
"""A name, never fetched."""
SIMULATED_NOTE = "simulated: times and tokens are computed, not measured"
"""What stands in every plot that a simulated result went into."""
MOST_MARKS = 3000
"""Rows of one data set that a plot draws at once, where there are coarser ones."""

Spec = dict[str, Any]


def composed(plot: Plot, *, theme: Theme = "light", picture: bool = False) -> Spec:
    """The specification without its data.

    A page has the title in its own text, so only a picture is given one; both say "simulated". The
    description is what a screen reader is told.
    """
    said = f"Simulated. {plot.alternative}" if plot.simulated else plot.alternative
    spec: Spec = {"$schema": SCHEMA, **_steady(plot.spec), "description": said}
    title = _title(plot, theme=theme, picture=picture)
    if title is not None:
        spec["title"] = title
    if plot.zoom is not None:
        spec = _clipped(spec)
        spec["params"] = _zoomed(plot, spec.get("params", []))
    return spec


def with_width(spec: Spec, width: float) -> Spec:
    """The same for a picture so many pixels wide, about: what a page's own program does too."""
    if "vconcat" in spec:
        return {**spec, "vconcat": [with_width(one, width) for one in spec["vconcat"]]}
    if "hconcat" in spec:
        share = width / len(spec["hconcat"])
        return {**spec, "hconcat": [with_width(one, share) for one in spec["hconcat"]]}
    if "facet" in spec or "repeat" in spec:
        return _with_panels(spec, width)
    return {**spec, "width": width}


def _with_panels(spec: Spec, width: float) -> Spec:
    fitting = max(int((width - PANEL_LABELS) // PANEL_WIDTH), 1)
    columns = min(spec.get("columns", fitting), fitting)
    panel = with_width(spec["spec"], max((width - PANEL_LABELS) / columns, 60))
    rows = {"row", "column"} & set(spec.get("facet", {}))
    return {**spec, "spec": panel, **({} if rows else {"columns": columns})}


def is_simple(spec: Spec) -> bool:
    """Whether it is one plot, so that Vega can fit it to a width with its labels."""
    parts = {"vconcat", "hconcat", "concat", "facet", "repeat"} & set(spec)
    return not parts and not {"row", "column", "facet"} & set(spec.get("encoding", {}))


def _title(plot: Plot, *, theme: Theme, picture: bool) -> Spec | None:
    """What stands above the plot."""
    if picture:
        subtitle = [SIMULATED_NOTE] if plot.simulated else []
        return {"text": plot.title, "subtitle": subtitle, "subtitleColor": SIMULATED[theme]}
    if plot.simulated:
        return {
            "text": "simulated",
            "anchor": "end",
            "fontSize": 11,
            "fontWeight": "normal",
            "fontStyle": "italic",
            "color": SIMULATED[theme],
            "offset": 2,
        }
    return None


def _zoomed(plot: Plot, params: list[Spec]) -> list[Spec]:
    """The parameters, with `from` and `to` at the whole of the time axis."""
    assert plot.zoom is not None
    window = {"from": plot.zoom.start, "to": plot.zoom.end}
    others = [one for one in params if one.get("name") not in window]
    return [*others, *({"name": name, "value": value} for name, value in window.items())]


def _steady(value: Any) -> Any:
    """The same without legends whose columns are computed from the width.

    The width of what is fitted depends on the legend again: Vega then cuts its top off. The configuration
    says how many columns there are, from the width of the whole.
    """
    if isinstance(value, list):
        return [_steady(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {key: _steady(one) for key, one in value.items()}
    legend = found.get("legend")
    if isinstance(legend, dict) and isinstance(legend.get("columns"), dict):
        found["legend"] = {key: one for key, one in legend.items() if key != "columns"}
    return found


def _clipped(spec: Spec) -> Spec:
    """The same with every mark cut off at the edges of its plot."""
    found: Spec = {}
    for key, value in spec.items():
        if key == "mark":
            mark = {"type": value} if isinstance(value, str) else value
            found[key] = {"clip": True, **mark}
        elif key in {"layer", "hconcat", "vconcat", "concat"}:
            found[key] = [_clipped(one) for one in value]
        elif key == "spec":
            found[key] = _clipped(value)
        else:
            found[key] = value
    return found
