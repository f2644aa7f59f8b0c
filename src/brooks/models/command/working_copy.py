"""The folder an agent works in: made from the files it may see, and kept if anything went wrong.

`Places` is whoever makes such folders. The usual one, `Copies`, gives each attempt a folder of its
own, `TURN.INDEX`, with a number behind that if there has been one already; what is left of an
earlier attempt is never written to. What the agent printed is beside it in `TURN.INDEX.out`.

The contract that every kind of place keeps (tests/models/command/test_places.py): the folder has
exactly the files that the agent may see; nothing that the agent does in it changes another place or
those files; the name of a place that is still there, or whose output is, is not given again.
"""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import NamedTuple, Protocol

from brooks.models.base import Files
from brooks.models.command.repository import make_repository

_FILES_AT_ONCE = 32
"""How many files are written before others get their turn."""


class Before(NamedTuple):
    """A file as the agent found it."""

    digest: bytes
    size: int
    executable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCopy:
    """One agent's folder."""

    folder: Path
    """Where the agent is started, an absolute path."""
    before: dict[str, Before]
    """The files it began with."""
    output: Path
    """Where what it printed is kept."""
    shown: str
    """What the folder is called to a user, who knows where the run is."""
    own_repository: bool = False
    """Whether the `.git` in the folder is of our making, and no change of the agent's."""
    take_away: Callable[[], None]
    """Removes the folder, as far as the agent has left it removable."""

    def keep_output(self, text: str) -> None:
        """Keep what the agent printed, unless the disk is full or the agent put something there."""
        with (
            suppress(OSError),
            self.output.open("x", encoding="utf-8", errors="replace") as file,
        ):
            file.write(text)


class Places(Protocol):
    """Makes the folders that agents work in."""

    async def make(self, name: str, files: Files) -> WorkingCopy:
        """Write the files an agent may see into a new folder.

        Args:
            name: What the attempt is called, `TURN.INDEX`.
            files: The files, of which the folder gets all.

        Raises:
            OSError, OutsideError: The disk does not take them.
        """


class Copies:
    """Makes independent copies: from there, no way leads to the user's repository."""

    def __init__(self, folder: Path, *, git: str | None = None) -> None:
        """Say where they are, and which git makes each one a repository; None for no repository."""
        self._folder = folder.absolute()
        self._git = git

    async def make(self, name: str, files: Files) -> WorkingCopy:
        """Write the files into a new folder; see `Places.make`."""
        folder = _new_folder(self._folder, name)
        before = await write_files(folder, files)
        if self._git is not None:
            await asyncio.to_thread(make_repository, folder, git=self._git)
        return WorkingCopy(
            folder=folder,
            before=before,
            output=output_beside(folder),
            shown=f"{folder.parent.name}/{folder.name}",
            own_repository=self._git is not None,
            take_away=lambda: rmtree(folder, ignore_errors=True),
        )


async def write_files(folder: Path, files: Files) -> dict[str, Before]:
    """Write all files into a folder where none of them is; gives what was written."""
    before = {}
    for number, path in enumerate(files.paths()):
        data = files.read(path)
        if data is None:
            continue
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        runs = files.is_executable(path)
        target.chmod(0o755 if runs else 0o644)
        before[path] = Before(sha256(data).digest(), len(data), runs)
        if not number % _FILES_AT_ONCE:
            await asyncio.sleep(0)
    return before


def plain_name(name: str) -> str:
    """The name of an attempt as the name of a folder."""
    return re.sub(r"[^\w.-]", "_", name)


def _new_folder(copies: Path, name: str) -> Path:
    copies.mkdir(parents=True, exist_ok=True)
    plain = plain_name(name)
    folder, number = copies / plain, 1
    while True:
        with suppress(FileExistsError):
            if not output_beside(folder).exists():
                folder.mkdir(mode=0o755)
                return folder
        number += 1
        folder = copies / f"{plain}.{number}"


def output_beside(folder: Path) -> Path:
    """Where the output of the agent that worked in a folder is kept."""
    return folder.with_name(f"{folder.name}.out")
