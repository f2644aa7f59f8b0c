"""The folder an agent works in: made from the files it may see, and kept if anything went wrong.

Each attempt gets a folder of its own, `TURN.INDEX`, with a number behind that if there has been one
already; what is left of an earlier attempt is never written to. What the agent printed is beside
it in `TURN.INDEX.out`.
"""

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import NamedTuple

from brooks.models.base import Files, Request

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
    """An absolute path."""
    before: dict[str, Before]
    """The files it began with."""

    @property
    def shown(self) -> str:
        """What it is called to a user, who knows where the run is."""
        return f"{self.folder.parent.name}/{self.folder.name}"

    def keep_output(self, text: str) -> None:
        """Keep what the agent printed, unless the disk is full or the agent put something there."""
        with (
            suppress(OSError),
            output_beside(self.folder).open("x", encoding="utf-8", errors="replace") as file,
        ):
            file.write(text)

    def remove(self) -> None:
        """Remove the folder, as far as the agent has left it removable."""
        rmtree(self.folder, ignore_errors=True)


async def make_copy(copies: Path, request: Request, files: Files) -> WorkingCopy:
    """Write the files an agent may see into a new folder below `copies`, an absolute path.

    Raises:
        OSError: The disk does not take them.
    """
    folder = _new_folder(copies, f"{request.turn}.{request.index}")
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
    return WorkingCopy(folder=folder, before=before)


def _new_folder(copies: Path, name: str) -> Path:
    copies.mkdir(parents=True, exist_ok=True)
    plain = re.sub(r"[^\w.-]", "_", name)
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
