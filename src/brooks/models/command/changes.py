"""What an agent has changed in its working copy, read without trusting anything it made.

The folder is walked through open descriptors and without following a link (`brooks.workspace.disk`).
Only files count. A link, a pipe, a socket, a device, a name that no tree takes and a file that is
too large are passed over and named, so that the agent is told of them and not the disk.

A file that was there is compared by content, whatever its name. A new one is left out where it is
what tools leave behind (`READ_NEVER`, compiled Python, an agent's own notes) or where a `.gitignore`
says so; the latter is named too, since it may have been meant.
"""

import os
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from brooks.core.paths import (
    PATH_BYTES,
    PROTECTED,
    READ_NEVER,
    PathRefused,
    clean_path,
    fold,
    folders_above,
    parent_of,
)
from brooks.models.command.working_copy import Before
from brooks.workspace.disk import READ_FILE, READ_FOLDER, Blocked, kind_of, open_below

MOST_FILE_BYTES = 16 * 2**20
MOST_BYTES = 64 * 2**20
"""All changed files together: they become one reply, which the log keeps whole."""
MOST_CHANGES = 450
"""Changed files in one reply; with the completions it stays below what a toolbox carries out."""
MOST_ENTRIES = 200_000
"""Files and folders that are looked at, those of tools aside."""

_LITTER_FOLDERS = READ_NEVER - PROTECTED
_LITTER_ENDINGS = (".pyc", ".pyo", ".DS_Store")
_LITTER_BEGINNINGS = (".aider.",)

Ignored = Callable[[Iterable[str]], frozenset[str]]
"""Which of some new files are to be ignored."""


class TooMuchChanged(Exception):  # noqa: N818 - named for what happened
    """An agent changed more than one reply can hold; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One changed file."""

    path: str
    data: bytes | None
    """Its content; None when it was deleted."""
    executable: bool | None = None
    """Whether it may be run, where that has changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What an agent has changed."""

    files: tuple[Change, ...]
    """Sorted by path."""
    passed_over: tuple[str, ...]
    """What was not taken, each with the reason."""


def read_changes(
    folder: Path, before: Mapping[str, Before], *, own_repository: bool, ignored: Ignored
) -> Changes:
    """Compare a working copy with what it was made from.

    Args:
        folder: The working copy.
        before: The files it was made from.
        own_repository: Whether the `.git` in it is of our making, and no change.
        ignored: Says which new files a `.gitignore` excludes; asked only if there is one.

    Raises:
        TooMuchChanged: It is more than one reply can hold.
        OSError: The folder cannot be read.
    """
    root = os.open(folder, READ_FOLDER)
    try:
        walk = _Walk(root, before, own_repository=own_repository)
        walk.through()
        return walk.compare(ignored)
    finally:
        os.close(root)


class _Walk:
    def __init__(self, root: int, before: Mapping[str, Before], *, own_repository: bool) -> None:
        self._root = root
        self._before = before
        self._own_repository = own_repository
        self._folders_before = {folder for path in before for folder in folders_above(path)}
        self._files: dict[str, os.stat_result] = {}
        self._blocked: dict[str, None] = {}
        """Where something is that is neither file nor folder, or cannot be read."""
        self._notes: list[str] = []
        self._has_rules = False
        self._rules_are_safe = True
        """False where something is called `.gitignore` that git would wait for for ever."""
        self._entries = 0

    def through(self) -> None:
        """See what there is, without reading it."""
        folders = [""]
        while folders:
            folder = folders.pop()
            try:
                with open_below(self._root, folder, create=False) as opened:
                    if opened is None:
                        continue
                    with os.scandir(opened) as entries:
                        for entry in entries:
                            self._meet(entry, f"{folder}/{entry.name}".lstrip("/"), folders)
            except (Blocked, OSError) as error:
                if not folder:
                    raise
                self._pass_over(folder, f"cannot be read ({error})")

    def _meet(self, entry: "os.DirEntry[str]", path: str, folders: list[str]) -> None:
        self._entries += 1
        if self._entries > MOST_ENTRIES:
            raise TooMuchChanged(f"there are more than {MOST_ENTRIES} files in its folder")
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            return
        if path == ".git" and self._own_repository:
            return
        if stat.S_ISDIR(status.st_mode):
            if self._enters(path, entry.name):
                folders.append(path)
        elif not stat.S_ISREG(status.st_mode):
            self._rules_are_safe = self._rules_are_safe and entry.name != ".gitignore"
            if entry.name not in _LITTER_FOLDERS:
                self._pass_over(path, f"is {kind_of(status.st_mode)}")
        else:
            self._has_rules = self._has_rules or entry.name == ".gitignore"
            self._files[path] = status

    def _enters(self, path: str, name: str) -> bool:
        if path in self._folders_before:
            return True
        if fold(name) in PROTECTED:
            self._pass_over(path, "is not an agent's to change")
            return False
        if len(os.fsencode(path)) > PATH_BYTES:
            self._pass_over(f"{path[:60]}…", "is too long a path")
            return False
        return fold(name) not in _LITTER_FOLDERS

    def compare(self, ignored: Ignored) -> Changes:
        """Read what has changed."""
        new = [path for path in sorted(self._files) if path not in self._before]
        wanted = self._wanted(new, ignored)
        changes = []
        total = 0
        for path in sorted({*self._before, *wanted}):
            change = self._change(path, wanted.get(path, path))
            if change is None:
                continue
            changes.append(change)
            total += len(change.data or b"")
            if len(changes) > MOST_CHANGES:
                raise TooMuchChanged(f"it changed more than {MOST_CHANGES} files")
            if total > MOST_BYTES:
                raise TooMuchChanged(f"it changed more than {MOST_BYTES} bytes")
        return Changes(files=tuple(changes), passed_over=tuple(sorted(self._notes)))

    def _wanted(self, new: list[str], ignored: Ignored) -> dict[str, str]:
        """The new files that are to be taken: by the name each will have, the one it has."""
        kept = [path for path in new if not _is_litter(path)]
        asks = self._has_rules and self._rules_are_safe
        excluded = ignored(kept) if asks else frozenset[str]()
        wanted: dict[str, str] = {}
        for path in kept:
            if path in excluded:
                self._pass_over(path, "is ignored by a .gitignore")
                continue
            try:
                clean = clean_path(path)
            except PathRefused as error:
                self._notes.append(f"{error}")
                continue
            if clean != path and clean in self._files:
                self._pass_over(path, "is another file in the usual spelling")
                continue
            wanted[clean] = path
        return wanted

    def _change(self, path: str, spelled: str) -> Change | None:
        before = self._before.get(path)
        status = self._files.get(spelled)
        if status is None:
            hidden = any(place in self._blocked for place in (path, *folders_above(path)))
            return None if hidden else Change(path=path, data=None)
        runs = bool(status.st_mode & stat.S_IXUSR)
        if status.st_size > MOST_FILE_BYTES and (before is None or status.st_size != before.size):
            self._pass_over(path, f"is larger than {MOST_FILE_BYTES} bytes")
            return None
        data = self._read(spelled)
        if data is None:
            return None
        was_runnable = before is not None and before.executable
        turned = runs if runs != was_runnable else None
        if before is not None and turned is None and sha256(data).digest() == before.digest:
            return None
        if len(data) > MOST_FILE_BYTES:
            self._pass_over(path, f"is larger than {MOST_FILE_BYTES} bytes")
            return None
        return Change(path=path, data=data, executable=turned)

    def _read(self, path: str) -> bytes | None:
        try:
            with open_below(self._root, parent_of(path), create=False) as folder:
                if folder is None:
                    return None
                name = path.rpartition("/")[2]
                with os.fdopen(os.open(name, READ_FILE, dir_fd=folder), "rb") as file:
                    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                        return file.read(self._limit(path))
                    self._pass_over(path, "is no file any more")
        except (Blocked, OSError) as error:
            self._pass_over(path, f"cannot be read ({error})")
        return None

    def _limit(self, path: str) -> int:
        """One byte more than is wanted, so that a file that has grown is seen to be too large."""
        before = self._before.get(path)
        return max(MOST_FILE_BYTES, before.size if before is not None else 0) + 1

    def _pass_over(self, path: str, why: str) -> None:
        self._blocked[path] = None
        self._notes.append(f"{path!r} {why}")


def _is_litter(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.endswith(_LITTER_ENDINGS) or name.startswith(_LITTER_BEGINNINGS)
