"""Checkouts of the user's repository as the places where agents on the command line work.

Such an agent has the project's history, and finds its own changes of the turn as changes of the
files. For that it is given up that the agent is kept apart: what it does to branches, settings or
hooks through its checkout, it does to the user's repository. So this is only done when asked for.

One is taken away when the agent's reply is read. When there was none it is kept, as a copy would
be, and its name is known by the output beside it, which is written when an agent has ended. One
without output was cut off by a crash and goes away when the run is opened again.
"""

import asyncio
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Protocol, runtime_checkable

from brooks.models.base import Files
from brooks.models.command.working_copy import WorkingCopy, plain_name, write_files
from brooks.workspace.git import GitWorkspace

_ENDING = ".out"


@runtime_checkable
class _AtCommit(Protocol):
    """Files that lie over a commit of the run, as a draft does."""

    head: int


class Checkouts:
    """Makes a checkout for each attempt; keeps the contract of `Places`."""

    def __init__(self, workspace: GitWorkspace, *, outputs: Path) -> None:
        """Say of which repository, and where the output of agents is kept."""
        self._workspace = workspace
        self._outputs = outputs.absolute()
        self._one_at_a_time = Lock()
        """Git's registry of checkouts is one folder, which is not there while it is empty."""

    async def make(self, name: str, files: Files) -> WorkingCopy:
        """Check out the commit that the files lie over, with the files in it as the agent sees them."""
        head = files.head if isinstance(files, _AtCommit) else 0
        commit = self._workspace.commit_of(min(head, self._workspace.last_number()))
        self._outputs.mkdir(parents=True, exist_ok=True)
        own = self._new_name(plain_name(name))
        folder = await asyncio.to_thread(self._add, own, commit)
        place = self._workspace.worktrees.path(own)
        return WorkingCopy(
            folder=folder,
            before=await write_files(folder, files),
            output=self._output(own),
            shown=f"{place.parent.name}/{place.name}",
            own_repository=True,
            take_away=lambda: self._remove(own),
        )

    def _new_name(self, name: str) -> str:
        own, number = name, 1
        while self._workspace.worktrees.path(own).exists() or self._output(own).exists():
            number += 1
            own = f"{name}.{number}"
        return own

    def _output(self, own: str) -> Path:
        return self._outputs / f"{own}{_ENDING}"

    def _add(self, own: str, commit: str) -> Path:
        with self._one_at_a_time:
            return self._workspace.worktrees.add(own, commit, with_files=False)

    def _remove(self, own: str) -> None:
        with self._one_at_a_time, suppress(OSError):
            self._workspace.worktrees.remove(own)


def kept_checkouts(outputs: Path) -> list[str]:
    """The names of checkouts that are to be looked at, so far as they are there: their agents ended."""
    return sorted(path.name.removesuffix(_ENDING) for path in outputs.glob(f"*{_ENDING}"))
