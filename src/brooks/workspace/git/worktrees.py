"""Checkouts of the repository for turns of agents on the command line.

Each is a worktree of git's, detached, in a folder of its own below the run's. Git registers it and
fills its index; the files are written here, byte for byte as they are committed, so that no filter
or conversion runs and nothing is there that the tree does not have. What the run does not see
(links, keys, other folders of the repository) is marked as left out, so that it does not look
deleted.

Taking one away does not ask git, which refuses when an agent has damaged its checkout, and whose
`worktree prune` would take away others' too: the folder and what git has registered under its name
are removed. The names begin with a hash of the run's folder, so they are only ever our own.
"""

import os
import shutil
import stat
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

from brooks.core.paths import folders_above
from brooks.errors import OutsideError
from brooks.workspace.base import SizeLimits, write_whole
from brooks.workspace.git.names import plain, short_hash
from brooks.workspace.git.program import Git, GitFailed
from brooks.workspace.git.reading import Listed, contents, list_files

_COMPLETE = "brooks-complete"
"""A file in git's registry of a checkout, made when it has everything."""


class Worktrees:
    """The checkouts of one run."""

    def __init__(
        self, git: Git, *, folder: Path, store: Path, within: bytes, limits: SizeLimits
    ) -> None:
        self.folder = folder
        """Where they are, absolute."""
        self._git = git
        self._registry = store / "worktrees"
        self._within = within
        self._limits = limits
        self._prefix = f"brooks-{short_hash(str(folder))}-"

    def path(self, name: str) -> Path:
        """Where a checkout is, or would be."""
        return self.folder / f"{self._prefix}{plain(name)}"

    def add(self, name: str, commit: str, *, with_files: bool = True) -> Path:
        """Check a commit out for a turn; gives the folder that stands for the workspace.

        One that is there by this name is replaced. Without files, whoever asked for it writes them.

        Raises:
            OutsideError: Git or the disk refused; nothing is left.
        """
        self.remove(name)
        place = self.path(name)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._git.run("worktree", "add", "-q", "--detach", "--no-checkout", str(place), commit)
            self._fill(place, commit, with_files=with_files)
        except (GitFailed, OSError) as error:
            self.remove(name)
            raise OutsideError(
                f"cannot check {commit[:12]!r} out into {str(place)!r}: {error}; "
                "make room or give permission there, then `brooks resume`"
            ) from error
        return place / os.fsdecode(self._within)

    def _fill(self, place: Path, commit: str, *, with_files: bool) -> None:
        git = self._git.below(place)
        git.run("read-tree", commit)
        root = place / os.fsdecode(self._within)
        root.mkdir(parents=True, exist_ok=True)
        listed = list_files(self._git, commit, within=self._within)
        seen = [
            each
            for each in listed
            if not each.is_uninteresting() and each.why_left_out(self._limits) is None
        ]
        if with_files:
            self._write_all(root, seen)
        whole = {self._within + os.fsencode(each.path) for each in seen}
        unseen = [path for path in git.run("ls-files", "-z").split(b"\0") if path not in whole]
        if any(unseen):
            git.run("update-index", "-z", "--skip-worktree", "--stdin", stdin=b"\0".join(unseen))
        (self._registry / place.name / _COMPLETE).touch()

    def _write_all(self, root: Path, seen: list[Listed]) -> None:
        self._git.step("before files")
        for folder in sorted({folder for each in seen for folder in folders_above(each.path)}):
            (root / folder).mkdir()
        for each, data in contents(self._git, seen):
            _write(root, each, data)
        self._git.step("after files")

    def remove(self, name: str) -> None:
        """Take a checkout away, whatever has become of it; nothing, if there is none."""
        self._remove(self.path(name).name)

    def _remove(self, own_name: str) -> None:
        for place in (self.folder / own_name, self._registry / own_name):
            self._git.step("before remove")
            _remove_tree(place)
        self._remove_if_empty()
        self._git.step("after remove")

    def _remove_if_empty(self) -> None:
        for folder in (self._registry, self.folder):
            with suppress(OSError):
                folder.rmdir()

    def recover(self, *, keep: Collection[str]) -> tuple[str, ...]:
        """Take all checkouts of the run away but those that are kept and whole; give those."""
        wanted = {self.path(name).name: name for name in keep}
        left = []
        for own_name in self._there():
            if own_name in wanted and self._is_whole(own_name):
                (self._registry / own_name / "index.lock").unlink(missing_ok=True)
                left.append(wanted[own_name])
            else:
                self._remove(own_name)
        self._remove_if_empty()
        return tuple(sorted(left))

    def _there(self) -> list[str]:
        places = (folder.iterdir() for folder in (self.folder, self._registry) if folder.is_dir())
        names = {each.name for found in places for each in found}
        return sorted(name for name in names if name.startswith(self._prefix))

    def _is_whole(self, own_name: str) -> bool:
        registered = self._registry / own_name
        complete = (registered / _COMPLETE).is_file() and (registered / "HEAD").is_file()
        return complete and (self.folder / own_name / ".git").is_file()


def _write(root: Path, each: Listed, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    descriptor = os.open(root / each.path, flags, 0o777 if each.executable else 0o666)
    try:
        write_whole(descriptor, data)
    finally:
        os.close(descriptor)


def _remove_tree(place: Path) -> None:
    """Remove a folder with all that is in it, also what its owner may not change as it is."""
    if place.is_symlink() or place.is_file():
        place.unlink()
        return
    if place.is_dir():
        shutil.rmtree(place, onerror=_once_more)


def _once_more(function: Callable[..., object], path: str, error: object) -> None:
    """Give ourselves the permission that was missing, and try again."""
    with suppress(OSError):
        Path(path).parent.chmod(stat.S_IRWXU)
        if not Path(path).is_symlink():
            Path(path).chmod(stat.S_IRWXU)
    if function in {os.unlink, os.rmdir}:
        with suppress(OSError):
            function(path)
    elif Path(path).is_dir() and not Path(path).is_symlink():
        shutil.rmtree(path, ignore_errors=True)
