"""A file as plain values that know the line they came from, and the problems found in them.

`Builder` is fed by the readers of YAML and JSON, one event at a time, and never by recursion: a
file may be nested a million deep to hurt us. A *place* is the way to a value: `("tasks", 3,
"effort")`, shown to the user as `tasks[3].effort`.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from brooks.errors import UsageError

Place: TypeAlias = tuple[str | int, ...]

MOST_PROBLEMS = 10
"""How many problems of one file are shown; the rest are counted."""

DEEPEST = 32
"""How deep values may lie in one another; the format itself needs 5."""

MOST_VALUES = 2_000_000
"""How many values a file may hold: ten times what 10,000 generous tasks need."""

SHOWN_CHARACTERS = 60

LEAST_LIKENESS = 0.7
"""How alike two names must be for one to be a slip of the other: `turns` is none of `euros`."""

_PLAIN_KEY = re.compile(r"[^\W\d][\w-]*")


class Document:
    """The values of one file, where they stand, and what is wrong with them."""

    def __init__(self, file: str, data: object, lines: Mapping[Place, int]) -> None:
        self.file = file
        """The file's name as the user gave it."""
        self.data = data
        self._lines = lines
        self._problems: list[tuple[int, str]] = []

    @property
    def has_problems(self) -> bool:
        """Whether anything was found wrong."""
        return bool(self._problems)

    @property
    def has_room(self) -> bool:
        """Whether one more problem would be shown, and a costly hint for it is worth finding."""
        return len(self._problems) < MOST_PROBLEMS

    def line_of(self, place: Place) -> int:
        """Give the line of a value, or of what it would be in, or 0 if no lines are known."""
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place, 0)

    def complain(self, place: Place, text: str) -> None:
        """Keep a problem, to be reported with the others."""
        line = self.line_of(place)
        at = f"{self.file}:{line}" if line else self.file
        shown = show_place(place)
        self._problems.append((line, f"{at}: {shown}: {text}" if shown else f"{at}: {text}"))

    def raise_problems(self) -> None:
        """Raise `UsageError` if anything was found wrong: a line for each, in the file's order."""
        if not self._problems:
            return
        found = [text for _, text in sorted(self._problems, key=lambda problem: problem[0])]
        if (rest := len(found) - MOST_PROBLEMS) > 0:
            more = "1 more problem" if rest == 1 else f"{rest} more problems"
            found = [*found[:MOST_PROBLEMS], f"… and {more} in {self.file}"]
        raise UsageError("\n".join(found))


class _Open:
    """A mapping or list that has begun and not ended."""

    __slots__ = ("key", "place", "values")

    def __init__(self, values: dict[str, object] | list[object], place: Place) -> None:
        self.values = values
        self.place = place
        self.key: str | None = None
        """The key whose value comes next, in a mapping."""

    @property
    def is_between_pairs(self) -> bool:
        return isinstance(self.values, dict) and self.key is None


class Builder:
    """Builds a document from the events of a reader."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._root: object = None
        self._open: list[_Open] = []
        self._lines: dict[Place, int] = {}
        self._repeated: list[tuple[Place, str]] = []

    @property
    def is_complete(self) -> bool:
        """Whether a whole value has been taken: a further one would be a second document."""
        return () in self._lines and not self._open

    @property
    def wants_key(self) -> bool:
        """Whether the next scalar is a key."""
        return bool(self._open) and self._open[-1].is_between_pairs

    def key(self, key: str, line: int) -> None:
        """Take the key of the next value of a mapping."""
        self._refuse_unwritable(key, line)
        mapping = self._open[-1]
        place = (*mapping.place, key)
        if key in mapping.values:
            first = self._lines[place]
            self._repeated.append(
                (place, f"the key {show(key)} is already on line {first}: keep one of the two")
            )
        mapping.key = key
        self._lines[place] = line

    def scalar(self, value: object, line: int) -> None:
        """Take a value that holds no others."""
        if isinstance(value, str):
            self._refuse_unwritable(value, line)
        self._put(value, line)

    def begin(self, values: dict[str, object] | list[object], line: int) -> None:
        """Take an empty mapping or list, which the following values go into."""
        if len(self._open) == DEEPEST:
            raise UsageError(
                f"{self._file}:{line}: values lie more than {DEEPEST} deep in one another: "
                "a task file needs 5 levels at most"
            )
        self._open.append(_Open(values, self._put(values, line)))

    def end(self) -> None:
        """End the innermost mapping or list."""
        self._open.pop()

    def document(self) -> Document:
        """Give what was built, with the keys that stand in it twice as its first problems."""
        document = Document(self._file, self._root, self._lines)
        for place, text in self._repeated:
            document.complain(place, text)
        return document

    def _refuse_unwritable(self, text: str, line: int) -> None:
        """Refuse text that no file name, command or log could hold; an escape can make such."""
        if "\0" not in text and is_whole(text):
            return
        raise UsageError(
            f"{self._file}:{line}: {show(text)} holds half a character or a NUL, by an escape: "
            "take it out"
        )

    def _put(self, value: object, line: int) -> Place:
        if len(self._lines) >= MOST_VALUES:
            raise UsageError(
                f"{self._file}:{line}: the file holds more than {MOST_VALUES} values: "
                "split it into several projects"
            )
        if not self._open:
            self._root = value
            self._lines[()] = line
            return ()
        within = self._open[-1]
        if isinstance(within.values, list):
            place = (*within.place, len(within.values))
            within.values.append(value)
            self._lines[place] = line
            return place
        key = within.key or ""
        within.values[key] = value
        within.key = None
        return (*within.place, key)


def is_whole(text: str) -> bool:
    """Whether no character of a text is only the half of one, as an escape can make it."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def show(value: object) -> str:
    """Give a value as it is quoted in a message: its `repr`, shortened in the middle."""
    text = repr(value)
    if len(text) <= SHOWN_CHARACTERS:
        return text
    half = (SHOWN_CHARACTERS - 3) // 2
    return f"{text[:half]} … {text[-half:]}"


def show_place(place: Place) -> str:
    """Give a place as users read it: `tasks[3].effort`."""
    shown = ""
    for step in place:
        if isinstance(step, int):
            shown += f"[{step}]"
        elif _PLAIN_KEY.fullmatch(step):
            shown += f".{step}" if shown else step
        else:
            shown += f"[{show(step)}]"
    return shown


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Give the known name that `name` was probably meant to be."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=LEAST_LIKENESS)
    return found[0] if found else None
