r"""Which paths an agent may name, and the one spelling each of them has. Pure.

A path in a tree is relative to the workspace's root, uses `/`, and is in Unicode normal form C.
Rules come in two tiers, because an agent invents names while the user's files already have theirs:

- *Safety*, for every path: nothing absolute, no `..`, no control characters, valid Unicode, lengths
  that every file system takes, nothing in `.git` or `.brooks`. No path of any tree breaks these.
- *Good manners*, for paths an agent names: no name that another system reads as something else
  (`C:x`, `a\b`, `NUL.txt`, a dot or space at the end), no invisible characters, nothing in the
  folders that are never read (`READ_NEVER`), and no `.env`, which would be taken for the user's own
  settings.

Whether a path leads through a symbolic link cannot be seen in its text: `brooks.workspace.disk`
looks.

Two spellings that differ only by case are two files here and one file there, so the second one to
come is refused (`PathIndex`). Cases are compared as Unicode's canonical caseless match, which is
what the case-insensitive file systems approximate.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

PATH_BYTES = 1024
"""The longest path, in UTF-8: what macOS takes, and the least of the systems in use."""

COMPONENT_BYTES = 255
"""The longest name within a path, in UTF-8: what nearly every file system takes."""

MOST_KEPT = 8_192
"""Paths whose forms are kept, because the same ones are asked for again and again."""

TEMPORARY_PREFIX = ".brooks-tmp-"
"""How the names of half-written files begin; they are never part of a tree."""

PROTECTED = frozenset({".git", ".brooks", "git~1"})
"""Names no path goes through, in any case: the repository's own store, our runs, and the first by
its short name on Windows."""

READ_NEVER = frozenset(
    {
        ".git",
        ".brooks",
        ".hypothesis",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".tox",
        ".venv",
        "__pycache__",
        "node_modules",
        "venv",
    }
)
"""Names left out of a tree wherever they stand: they are made by tools and can be made again.

What a repository ignores is *not* consulted: an ignored file (generated code, a local
configuration) may be needed by the checks, and the rule must be the same with and without git.
"""

SECRETS = frozenset({".env"})
"""File names left out of a tree because they hold the user's keys."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_FOREIGN = re.compile(r'[\\:*?"<>|]')
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])", re.IGNORECASE)
_INVISIBLE = "Cf"


class PathRefused(Exception):  # noqa: N818 - a refusal the agent is shown, not an error of the program
    """An agent named a path it may not use; the text tells the agent why and what to do instead."""


@lru_cache(maxsize=MOST_KEPT)
def clean_path(raw: str, *, existing: bool = False) -> str:
    """Give the one spelling of a path relative to the workspace's root.

    Args:
        raw: The path as it was written: `./a//b.py` is taken for `a/b.py`.
        existing: The user already has a file of this name, so only the rules of safety hold.

    Raises:
        PathRefused: The path is not one an agent may name.
    """
    _refuse_what_cannot_be_a_path(raw)
    path = unicodedata.normalize("NFC", raw)
    parts = [part for part in path.split("/") if part not in {"", "."}]
    if not parts:
        raise PathRefused(f"{raw!r} is the workspace itself: name a file in it")
    for part in parts:
        _refuse_unsafe(part, raw=raw)
        if not existing:
            _refuse_unmannerly(part, raw=raw)
    if parts[0] == "~" and not existing:
        raise PathRefused(f"{raw!r} is in a home folder: {_RELATIVE}")
    clean = "/".join(parts)
    if len(clean.encode()) > PATH_BYTES:
        raise PathRefused(f"{raw!r} is longer than {PATH_BYTES} bytes: use a shorter path")
    return clean


_RELATIVE = "write a path relative to the workspace's root, such as 'src/main.py'"


def _refuse_what_cannot_be_a_path(raw: str) -> None:
    if len(raw) > 2 * PATH_BYTES:
        raise PathRefused(f"{raw[:40]!r}… is longer than {PATH_BYTES} bytes: use a shorter path")
    if not raw:
        raise PathRefused(f"{raw!r} is empty: {_RELATIVE}")
    if _CONTROL.search(raw):
        raise PathRefused(f"{raw!r} has a control character in it: leave it out")
    if not raw.isascii():
        try:
            raw.encode()
        except UnicodeEncodeError:
            raise PathRefused(f"{raw!r} is not valid Unicode: use another name") from None
    if raw.startswith("/"):
        raise PathRefused(f"{raw!r} is absolute: {_RELATIVE}")
    if raw.endswith(("/", "/.")):
        raise PathRefused(f"{raw!r} is a folder: name a file in it")


def _refuse_unsafe(part: str, *, raw: str) -> None:
    if part == "..":
        raise PathRefused(f"{raw!r} has '..' in it: {_RELATIVE}")
    if len(part) * 4 > COMPONENT_BYTES and len(part.encode()) > COMPONENT_BYTES:
        raise PathRefused(f"{raw!r} has a name longer than {COMPONENT_BYTES} bytes: shorten it")
    folded = fold(part)
    if folded in PROTECTED:
        raise PathRefused(f"{raw!r} is inside {part!r}, which is not yours to change")
    if folded.startswith(TEMPORARY_PREFIX):
        raise PathRefused(f"{raw!r} has a name kept for half-written files: use another name")


def _refuse_unmannerly(part: str, *, raw: str) -> None:
    if match := _FOREIGN.search(part):
        hint = "use '/' between names" if match[0] == "\\" else "use another name"
        raise PathRefused(f"{raw!r} has {match[0]!r} in it, which not every system takes: {hint}")
    if part.endswith((".", " ")):
        raise PathRefused(f"{raw!r} has a name that ends in a dot or a space: leave it out")
    if _DEVICE.fullmatch(part.partition(".")[0].rstrip(" ")):
        raise PathRefused(f"{raw!r} names a device on Windows ({part!r}): use another name")
    if not part.isascii() and any(unicodedata.category(each) == _INVISIBLE for each in part):
        raise PathRefused(f"{raw!r} has an invisible character in it: leave it out")
    folded = fold(part)
    if folded in READ_NEVER:
        raise PathRefused(
            f"{raw!r} is inside {part!r}, a folder that is never read: write elsewhere"
        )
    if folded in SECRETS:
        raise PathRefused(f"{raw!r} may hold the user's keys: use another name")


@lru_cache(maxsize=MOST_KEPT)
def fold(path: str) -> str:
    """Give the form in which two spellings that a case-insensitive system confuses are equal."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", path).casefold())


def parent_of(path: str) -> str:
    """Give the folder a clean path is in, `''` for the workspace's root."""
    return path.rpartition("/")[0]


@lru_cache(maxsize=MOST_KEPT)
def folders_above(path: str) -> tuple[str, ...]:
    """Give the folders a clean path lies in, outermost first: `a/b/c` lies in `a` and `a/b`."""
    parts = path.split("/")
    return tuple("/".join(parts[:depth]) for depth in range(1, len(parts)))


class PathIndex:
    """The paths of a tree, for finding what cannot stand beside a new one on every system."""

    def __init__(self, paths: Iterable[str] = ()) -> None:
        self._names: dict[str, dict[str, int]] = {}
        """By folded name, the spellings in use and how often; the names of folders end in `/`."""
        for path in paths:
            self.add(path)

    def add(self, path: str) -> None:
        """Count a file in, with the folders it lies in."""
        for folded, name in _names(path):
            in_use = self._names.setdefault(folded, {})
            in_use[name] = in_use.get(name, 0) + 1

    def remove(self, path: str) -> None:
        """Count a file out that was counted in."""
        for folded, name in _names(path):
            in_use = self._names[folded]
            in_use[name] -= 1
            if not in_use[name]:
                del in_use[name]
            if not in_use:
                del self._names[folded]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PathIndex) and self._names == other._names

    __hash__ = None  # type: ignore[assignment]

    def __contains__(self, path: str) -> bool:
        return path in self._names.get(fold(path), ())

    def clash(self, path: str) -> str | None:
        """Give what is already there and cannot be beside `path` on every system, or None.

        That is a file or a folder on the way spelled in another case, a file where `path` needs a
        folder, or a folder (with `/` at its end) where `path` would be a file. A path that is in
        the index is no clash, whatever stands beside it.
        """
        if path in self:
            return None
        for folder in folders_above(path):
            folded = fold(folder)
            if files := self._names.get(folded):
                return min(files)
            in_use = self._names.get(f"{folded}/", {})
            if in_use and f"{folder}/" not in in_use:
                return min(in_use)
        folded = fold(path)
        found = self._names.get(folded) or self._names.get(f"{folded}/")
        return min(found) if found else None


@lru_cache(maxsize=MOST_KEPT)
def _names(path: str) -> tuple[tuple[str, str], ...]:
    """The folded and the spelled name of a file and of each folder above it."""
    above = ((f"{fold(folder)}/", f"{folder}/") for folder in folders_above(path))
    return ((fold(path), path), *above)
