"""From a page's contents to one HTML file that needs nothing else: no network, no other file.

What the page shows is JSON in it; `page.js` draws that, and draws it again when a page that is served gets
newer JSON. Text of runs reaches the document through the DOM's own text nodes and Jinja's escaping only, and
a policy in the head forbids the page to load anything from anywhere.
"""

from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
import msgspec

from brooks.report.page.bundle import drawing_program
from brooks.report.page.composing import MOST_MARKS, composed
from brooks.report.page.contents import (
    PANEL_LABELS,
    PANEL_WIDTH,
    Columns,
    Fact,
    Grid,
    Page,
    Plot,
    Section,
)
from brooks.report.page.themes import LEGEND_ENTRY, PAPER, SIMULATED, Theme, vega_config

THEMES: tuple[Theme, ...] = ("light", "dark")
MARK = "<!doctype html><!-- a page of brooks -->"
"""How every file that we write begins."""
SCRIPTS = ("rows.js", "tables.js", "pointer.js", "plots.js", "page.js")
"""The parts of the page's own program, in the order in which each can use the ones before."""
_FEW = 4
"""A column is worth packing when every value stands in it so often."""


def page_html(page: Page, *, live: str | None = None) -> str:
    """The page as one self-contained file.

    Args:
        page: What it shows.
        live: For a page that is served, the path of its run on the server: newer contents are asked of
            `live/page.json` whenever `live/events` says that there are some.
    """
    return _template().render(
        mark=MARK,
        page=page,
        live=live,
        style=_text("style.css"),
        vega=drawing_program(),
        script="\n".join(_text(name) for name in SCRIPTS),
        contents=page_json(page).decode(),
    )


def page_json(page: Page) -> bytes:
    """The page's data as JSON that can stand inside a script element; what is no number is null."""
    return msgspec.json.encode(page_data(page)).replace(b"<", b"\\u003c")


def page_data(page: Page) -> dict[str, Any]:
    """Everything that `page.js` draws, as JSON values."""
    return {
        "title": page.title,
        "verdict": page.verdict,
        "tone": page.tone,
        "simulated": page.simulated,
        "facts": [_fact(fact) for fact in page.facts],
        "sections": [_section(section) for section in page.sections],
        "about": dict(page.about),
        "mostMarks": MOST_MARKS,
        "panelWidth": PANEL_WIDTH,
        "panelLabels": PANEL_LABELS,
        "legendEntry": LEGEND_ENTRY,
        "themes": {theme: vega_config(theme) for theme in THEMES},
        "simulatedInk": dict(SIMULATED),
        "paper": dict(PAPER),
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "name": fact.name,
        "label": fact.label,
        "value": fact.value,
        "text": fact.text,
        "says": fact.says,
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "name": section.name,
        "title": section.title,
        "says": list(section.says),
        "folded": section.folded,
        "parts": [_plot(part) if isinstance(part, Plot) else _grid(part) for part in section.parts],
    }


def _plot(plot: Plot) -> dict[str, Any]:
    return {
        "kind": "plot",
        "name": plot.name,
        "title": plot.title,
        "says": plot.says,
        "simulated": plot.simulated,
        "zoom": None if plot.zoom is None else [plot.zoom.start, plot.zoom.end],
        "spec": composed(plot),
        "data": {
            name: [
                {
                    "bin": level.bin_seconds,
                    "kept": level.kept,
                    "columns": {key: _packed(values) for key, values in level.columns.items()},
                }
                for level in levels
            ]
            for name, levels in plot.data.items()
        },
    }


def _grid(grid: Grid) -> dict[str, Any]:
    return {
        "kind": "grid",
        "name": grid.name,
        "title": grid.title,
        "says": grid.says,
        "simulated": grid.simulated,
        "heads": list(grid.heads),
        "rows": [[[cell.value, cell.text, cell.tone] for cell in row] for row in grid.rows],
        "notes": list(grid.notes),
    }


def _packed(values: list[Any]) -> list[Any] | dict[str, list[Any]]:
    """A column of few texts that come again and again, as the texts and where each stands."""
    if len(values) < 100 or not all(isinstance(value, str) for value in values):
        return values
    distinct = {value: position for position, value in enumerate(dict.fromkeys(values))}
    if len(distinct) * _FEW > len(values):
        return values
    return {"of": list(distinct), "at": [distinct[value] for value in values]}


def columns_of(packed: dict[str, Any]) -> Columns:
    """The columns again that were packed for a page."""
    return {
        key: [column["of"][at] for at in column["at"]] if isinstance(column, dict) else column
        for key, column in packed.items()
    }


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_text("template.html"))


@cache
def _text(name: str) -> str:
    """A file that comes with the package."""
    return files("brooks.report.page").joinpath(name).read_text(encoding="utf-8")
