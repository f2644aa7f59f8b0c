"""A terminal's second screen, on which only the lines that changed are written.

Most of a frame is as it was a quarter of a second ago. So little goes over a slow line, and nothing
flickers: no line is ever erased before it is written.
"""

from collections.abc import Sequence
from typing import IO

from rich.console import Console

from brooks.report.live.rows import Palette, Row, width_of

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J"
"""The second screen, no cursor, no going on in the next line, empty."""
_LEAVE = "\x1b[?7h\x1b[?25h\x1b[?1049l"


class Screen:
    """What is on the screen, and how it gets there."""

    def __init__(self, console: Console) -> None:
        self._file: IO[str] = console.file
        self._palette = Palette(console)
        self._lines: list[str] = []
        self._size = (0, 0)
        self.is_entered = False

    def enter(self) -> None:
        """Take the second screen; what was on the first one comes back with `leave`."""
        if not self.is_entered:
            self.is_entered = True
            self._lines = []
            self._write(_ENTER)

    def leave(self) -> None:
        """Give the terminal back."""
        if self.is_entered:
            self.is_entered = False
            self._write(_LEAVE)

    def paint(self, rows: Sequence[Row], *, width: int, height: int) -> None:
        """Show these rows and nothing else."""
        parts = []
        if self._size != (width, height):
            self._size, self._lines = (width, height), []
            parts.append("\x1b[2J")
        before = self._lines + [""] * (height - len(self._lines))
        now = [
            self._text(rows[line], width) if line < len(rows) else "\x1b[K"
            for line in range(height)
        ]
        for line, (old, new) in enumerate(zip(before, now, strict=True), 1):
            if old != new:
                parts.append(f"\x1b[{line};1H{new}")
        self._lines = now
        if parts:
            self._write("".join(parts))

    def _text(self, row: Row, width: int) -> str:
        """A row, and a code that clears what was behind it; at the last column that would take its end."""
        return self._palette.render(row) + ("\x1b[K" if width_of(row) < width else "")

    def _write(self, text: str) -> None:
        self._file.write(text)
        self._file.flush()
