"""What a page holds, before anything is drawn: sections of plots, tables and sentences.

Whoever makes a page fills in these values and nothing else; `brooks.report.page.assembling` makes HTML of
them, `brooks.report.page.pictures` makes SVG and PNG, and a page that is served is given them again as the
log grows. All text is plain: it is escaped where it is drawn.
"""

from collections.abc import Mapping
from typing import Any

from brooks.core.message import Message

Columns = dict[str, list[Any]]
"""Values by column, all of the same length. Numbers, text, true, false and None, as JSON has them."""


PANEL_WIDTH = 190
"""Pixels that a panel of a plot with `facet` has at least, without the labels left of it."""
PANEL_LABELS = 150
"""Pixels that are kept for the labels left of a row of panels."""


class Level(Message, frozen=True, kw_only=True):
    """The rows of a plot, at one degree of coarseness."""

    columns: Columns
    bin_seconds: float = 0.0
    """How many seconds one mark stands for; 0 for the rows themselves."""
    kept: str = ""
    """What a mark of a coarser level shows of the rows it stands for, for the plot's note."""


class Zoom(Message, frozen=True, kw_only=True):
    """A time axis that can be zoomed. All plots of a page with one move together.

    The specification reads the parameters `from` and `to` (log seconds) for the domain of its x axis.
    What is visible of a data set is looked for in its columns `start` and `end`, or `time` where it has no
    `start`.
    """

    start: float
    end: float


class Plot(Message, frozen=True, kw_only=True):
    """One plot: data, and a Vega-Lite specification without data, width, colours of text and paper."""

    name: str
    """Of letters, digits and hyphens; the name of its files, and unique on the page."""
    title: str
    says: str
    """What is to be seen and how to read it, in a sentence or two."""
    alternative: str
    """What it shows, in words and numbers, for whoever does not see it."""
    spec: dict[str, Any]
    """Names its data sets by `{"data": {"name": NAME}}`; width is the page's, height its own.

    One with `facet` shows panels of `spec` in rows of at most `columns`. Whoever draws it sets `columns` to
    fewer where there is no room for panels of `PANEL_WIDTH`, and `width` inside `spec` to what each gets.
    """
    data: dict[str, tuple[Level, ...]]
    """By name of data set: the coarsest level first, the rows themselves last."""
    simulated: bool
    """Whether anything in it comes from a simulation: it is then written into the plot."""
    zoom: Zoom | None = None


class Cell(Message, frozen=True, kw_only=True):
    """A value of a table, and how it is written."""

    value: str | float | bool | None
    text: str
    tone: str = ""
    """empty, `good`, `bad` or `quiet`"""


class Grid(Message, frozen=True, kw_only=True):
    """A table."""

    name: str
    title: str
    says: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    simulated: bool
    notes: tuple[str, ...] = ()
    """For each row a sentence that explains it; empty for none."""


class Section(Message, frozen=True, kw_only=True):
    """A part of a page under one heading."""

    name: str
    title: str
    says: tuple[str, ...] = ()
    """Paragraphs."""
    parts: tuple[Plot | Grid, ...] = ()
    folded: bool = False
    """Whether it is closed until it is asked for."""


class Fact(Message, frozen=True, kw_only=True):
    """A number at the top of a page."""

    name: str
    """The metric or quantity that it is."""
    label: str
    value: float | None
    text: str
    """The value as it is written, with its unit."""
    says: str = ""


class Page(Message, frozen=True, kw_only=True):
    """Everything on a page."""

    title: str
    verdict: str
    """The sentence that somebody who reads one sentence reads."""
    tone: str
    """`good`, `bad` or `quiet`: how the verdict is coloured."""
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]
    simulated: bool
    """Whether anything on the page comes from a simulation."""
    about: Mapping[str, str]
    """What it was made from: run ids, spec, versions. In the footer."""


def level(columns: Columns) -> tuple[Level, ...]:
    """Rows that have no coarser version."""
    return (Level(columns=columns),)
