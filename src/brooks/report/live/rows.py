"""Lines of a picture: pieces of text with a style each, cut and filled to a width in terminal cells.

A frame of a large team is painted four times a second, so lines are plain tuples, and what is plain
ASCII is measured by its length.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.style import Style

Piece = tuple[str, str]
"""A text and the name of its style."""
Row = Sequence[Piece]

STYLES: Final[Mapping[str, str]] = {
    "": "",
    "dim": "dim",
    "bold": "bold",
    "mark": "reverse",
    "good": "green",
    "busy": "cyan",
    "wait": "yellow",
    "bad": "red",
    "alarm": "bold red",
}
"""What each style of a piece is; without colours nothing is lost but the colours."""


class Signs(NamedTuple):
    """The characters that bars are made of."""

    done: str
    work: str
    bad: str
    rest: str


UNICODE = Signs("█", "▒", "x", "·")
ASCII = Signs("#", "+", "x", ".")
_CUT, _LINE = "…", "│"
_IN_ASCII = str.maketrans({_CUT: "~", _LINE: "|"})


def signs_for(encoding: str) -> Signs:
    """The characters that an encoding has."""
    return UNICODE if encoding.lower().replace("-", "").startswith("utf") else ASCII


def cells(text: str) -> int:
    """How many columns a text takes."""
    return len(text) if text.isascii() else cell_len(text)


def width_of(row: Row) -> int:
    """How many columns a row takes."""
    return sum(cells(text) for text, _ in row)


def cut(text: str, width: int) -> str:
    """A text that takes at most so many columns."""
    if cells(text) <= width:
        return text
    if width <= 0:
        return ""
    return set_cell_size(text, width - 1).rstrip() + _CUT


def left(text: str, width: int) -> str:
    """A text at the left of exactly so many columns."""
    short = cut(text, width)
    return short + " " * (width - cells(short))


def right(text: str, width: int) -> str:
    """A text at the right of exactly so many columns."""
    short = cut(text, width)
    return " " * (width - cells(short)) + short


def fit(row: Row, width: int) -> list[Piece]:
    """A row that takes at most so many columns."""
    room = width
    fitted: list[Piece] = []
    for place, (text, style) in enumerate(row):
        size = cells(text)
        last = size > room or (size == room and any(more for more, _ in row[place + 1 :]))
        if last:
            short = cut(text, room)
            if short == text and room:
                short = cut(f"{text} ", room)
            fitted.append((short, style))
            break
        fitted.append((text, style))
        room -= size
    return fitted


def beside(one: Row, other: Row, *, at: int, width: int) -> list[Piece]:
    """Two rows in one, the second beginning at a column, with a line between them."""
    first = fit(one, at - 3)
    gap = " " * (at - 2 - width_of(first))
    return [
        *first,
        (f"{gap}{_LINE} ", "dim"),
        *fit(other, width - at),
    ]


def bar(parts: Sequence[tuple[float, str, str]], width: int, rest: str) -> list[Piece]:
    """A bar of so many columns: shares of one with their character and style, and what is left.

    A share above nothing has a column at least, as long as there is room.
    """
    pieces: list[Piece] = []
    used = 0
    for share, sign, style in parts:
        if share <= 0:
            continue
        columns = min(max(1, round(share * width)), width - used)
        if share < 1 and used + columns == width and sum(part[0] for part in parts) < 1:
            columns -= 1
        used += max(columns, 0)
        pieces.append((sign * columns, style))
    return [*pieces, (rest * (width - used), "dim")]


def in_ascii(row: Row) -> list[Piece]:
    """A row for a terminal that knows nothing else, never wider than it was."""
    return [
        (text.translate(_IN_ASCII).encode("ascii", "replace").decode(), style)
        for text, style in row
    ]


class Palette:
    """Rows as the escape codes of one terminal."""

    def __init__(self, console: Console) -> None:
        self._codes = {name: _codes(Style.parse(style), console) for name, style in STYLES.items()}

    def render(self, row: Row) -> str:
        """A row as what is written to the terminal."""
        codes = self._codes
        return "".join(f"{codes[style][0]}{text}{codes[style][1]}" for text, style in row if text)


def _codes(style: Style, console: Console) -> tuple[str, str]:
    """What stands before and behind a text in this style."""
    if console.no_color:
        style = style.without_color
    before, _, after = style.render("x", color_system=console._color_system).partition("x")  # noqa: SLF001 - rich shows it by name only
    return before, after
