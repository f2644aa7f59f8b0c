"""Keys as they are pressed, from a terminal that otherwise hands over whole lines.

The terminal is in "cbreak" mode between `open` and `close`: keys come at once and are not echoed, while
Ctrl-C and Ctrl-Z mean what they always mean. What it was like before is put back by `close`, whatever
happened in between.
"""

import os
import select
import termios
import tty
from typing import Any

_ESCAPE = "\x1b"
_NAMES = {
    "[A": "up", "OA": "up", "[B": "down", "OB": "down", "[5~": "pageup", "[6~": "pagedown",
    "[H": "home", "OH": "home", "[1~": "home", "[F": "end", "OF": "end", "[4~": "end",
}  # fmt: skip
_PLAIN = {"\t": "tab", "\r": "enter", "\n": "enter", "\x7f": "backspace", _ESCAPE: "escape"}
REST_SECONDS = 0.05
"""How long the rest of a key of several characters may take, as over a slow line."""


class Keyboard:
    """The keys of one terminal."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._before: list[Any] | None = None

    @property
    def is_open(self) -> bool:
        """Whether keys come as they are pressed."""
        return self._before is not None

    def open(self) -> None:
        """Have keys come at once."""
        if self._before is None:
            before = termios.tcgetattr(self.descriptor)
            tty.setcbreak(self.descriptor, termios.TCSADRAIN)
            self._before = before

    def close(self) -> None:
        """Put the terminal back as it was."""
        before, self._before = self._before, None
        if before is not None:
            termios.tcsetattr(self.descriptor, termios.TCSADRAIN, before)

    def read(self) -> list[str]:
        """The keys that are there; "" when the terminal is gone."""
        text = self._take()
        if not text:
            return [""]
        while _is_begun(text) and self._is_waiting(REST_SECONDS):
            text += self._take()
        return keys_in(text)

    def _take(self) -> str:
        return os.read(self.descriptor, 256).decode(errors="ignore")

    def _is_waiting(self, seconds: float) -> bool:
        return bool(select.select([self.descriptor], [], [], seconds)[0])


def keys_in(text: str) -> list[str]:
    """What was typed, key by key: characters, and names for keys that are none."""
    keys = []
    while text:
        if text[0] == _ESCAPE and len(text) > 1 and text[1] in "[O":
            end = 2
            while end < len(text) and not ("@" <= text[end] <= "~"):
                end += 1
            name = _NAMES.get(text[1 : end + 1])
            text = text[end + 1 :]
            if name is not None:
                keys.append(name)
        else:
            keys.append(_PLAIN.get(text[0], text[0]))
            text = text[1:]
    return keys


def _is_begun(text: str) -> bool:
    """Whether a text ends within a key of several characters."""
    last = text.rfind(_ESCAPE)
    if last < 0:
        return False
    rest = text[last + 1 :]
    if not rest:
        return True
    return rest[0] in "[O" and not any("@" <= character <= "~" for character in rest[1:])


def in_foreground(descriptor: int) -> bool:
    """Whether this process may read and set the terminal now: a shell can put it in the background."""
    try:
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:
        return True
