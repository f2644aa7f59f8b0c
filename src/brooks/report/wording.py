"""Numbers and foreign text as a person reads them in a terminal."""

import re

_SPACE = re.compile(r"\s+")
SHOWN = 160
"""Characters of a text that somebody else wrote (a reason, a name) that a sentence shows."""


def plain(text: str, *, most: int = SHOWN) -> str:
    """One line of a text that may hold anything, without what a terminal would obey."""
    line = _SPACE.sub(" ", text[: most * 4]).strip()
    safe = "".join(character if character.isprintable() else "?" for character in line)
    return safe if len(safe) <= most else f"{safe[: most - 3]}..."


def duration(seconds: float) -> str:
    """A length of time: `0.4 s`, `12.3 s`, `4 min 05 s`, `2 h 03 min`."""
    if round(seconds, 1) < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02} min"


def short_duration(seconds: float) -> str:
    """A length of time where there is little room: `12 s`, `4:05`, `2:03:00`."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02}"
    return f"{whole // 3600}:{whole % 3600 // 60:02}:{whole % 60:02}"


def amount(number: int) -> str:
    """A large number in three digits or so: `950`, `12.3k`, `4.56M`."""
    for size, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if number >= size:
            digits = number / size
            return f"{digits:.2f}{letter}" if digits < 9.995 else f"{digits:.1f}{letter}"
    return str(number)


def count(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: `1 task`, `3 tasks`."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or noun + 's'}"


def sized(size: str) -> str:
    """The size of a team with its noun: `1 agent`, `4 agents`, `1-8 agents`."""
    return "1 agent" if size == "1" else f"{size} agents"


def listed(names: tuple[str, ...], *, most: int = 4) -> str:
    """Some names in a row, and how many more there are."""
    shown = ", ".join(plain(name, most=60) for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


__all__ = ["amount", "count", "duration", "listed", "plain", "short_duration", "sized"]
