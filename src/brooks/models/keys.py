"""Keys of providers and other settings from outside: the environment, and beneath it a `.env` file.

The file is read from the folder the user starts in and never from a workspace, where agents could
write one. Values are handed out one by one and shown nowhere: not in `repr`, not in errors.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from brooks.errors import OutsideError, UsageError
from brooks.models.provider_table import PROVIDERS

FILE = ".env"
SHORTEST_SECRET = 8
"""Shorter values are not taken for secrets: they would turn up in innocent text."""

_SECRET_ENDS = ("_KEY", "_TOKEN", "_SECRET", "_PASSWORD")
_KEY_VARIABLES = frozenset(key for row in PROVIDERS.values() for key in row.key_variables)

_LINE = re.compile(
    r"""
    \s* (?: export \s+ )? (?P<name> [A-Za-z_][A-Za-z0-9_]* ) \s* = \s*
    (?:
        ' (?P<literal> [^']* ) '
      | " (?P<escaped> (?: [^"\\] | \\. )* ) "
      | (?P<bare> (?: [^\s'"\#] .*? )? )
    )
    (?: \s+ \# .* | \s* )
    """,
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


class Keys:
    """What the environment and the `.env` file say."""

    def __init__(
        self,
        environ: Mapping[str, str],
        file: Mapping[str, str] | None = None,
        *,
        place: str = f"in the environment or in the file {FILE!r} of the folder you start in",
    ) -> None:
        """Take what is set, and in words where a user sets what is missing."""
        self.place = place
        self._environ = {name: value for name, value in environ.items() if value}
        self._file = {name: value for name, value in (file or {}).items() if value}

    @classmethod
    def load(cls, folder: Path, environ: Mapping[str, str]) -> "Keys":
        """The environment, and what the folder's `.env` adds to it.

        Raises:
            UsageError: A line of the file is not to be understood.
            OutsideError: The file is there and cannot be read.
        """
        return cls(environ, _read(folder / FILE))

    def get(self, variable: str) -> str | None:
        """The value of a variable; None if it is nowhere set, or empty."""
        return self._environ.get(variable) or self._file.get(variable)

    @property
    def environ(self) -> Mapping[str, str]:
        """Every variable that is set, for a process that is given some of them."""
        return {**self._file, **self._environ}

    def first(self, variables: tuple[str, ...]) -> str | None:
        """The value of the first of some variables that is set."""
        return next((value for value in map(self.get, variables) if value), None)

    def secrets(self) -> Mapping[str, str]:
        """Everything that looks like a secret: its name, and the value that nobody may see."""
        found = {name: value for name, value in self._environ.items() if _is_secret(name, value)}
        for name, value in self._file.items():
            if _is_secret(name, value) and found.get(name) != value:
                found[name if name not in found else f"{name} of {FILE}"] = value
        return found

    def __repr__(self) -> str:
        return f"Keys({len(self._environ)} variables, {len(self._file)} from {FILE!r})"


def _is_secret(name: str, value: str) -> bool:
    named_so = name in _KEY_VARIABLES or name.upper().endswith(_SECRET_ENDS)
    return named_so and len(value) >= SHORTEST_SECRET


def _read(path: Path) -> dict[str, str]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise UsageError(f"{str(path)!r} is not UTF-8 text: save it as UTF-8") from None
    except OSError as error:
        raise OutsideError(f"cannot read {str(path)!r}: {error.strerror}") from error
    values = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise UsageError(
                f"{str(path)!r}, line {number} is not to be understood: write NAME=value, with a "
                "value in quotes if it has spaces or quotes of its own, all on one line"
            )
        values[match["name"]] = _value(match)
    return values


def _value(match: re.Match[str]) -> str:
    if match["escaped"] is not None:
        return _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[1]), match["escaped"])
    return str(match["bare"] if match["literal"] is None else match["literal"])
