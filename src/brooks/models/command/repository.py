"""What git does for a working copy: it makes it a repository, and says what is to be ignored.

Git is used where it is installed and done without where it is not. It runs with nobody's settings
and no hooks: neither the user's, which are none of the agent's business, nor those an agent may
have put into its repository, which would then run as ours. So when an agent has been at work, its
own repository is never used again; what is ignored is asked of an empty one beside it.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from shutil import rmtree

_SECONDS = 60
_SAFE = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "gc.auto=0")


def make_repository(folder: Path, *, git: str) -> None:
    """Make a folder a repository whose one commit has all its files; nothing, if that fails."""
    commit = ("commit", "-q", "--allow-empty", "--no-verify", "--no-gpg-sign", "-m", "start")
    try:
        for words in (("init", "-q", "--template="), ("add", "--all", "--force"), commit):
            _git(git, words, folder=folder, home=folder)
    except (OSError, subprocess.SubprocessError):
        rmtree(folder / ".git", ignore_errors=True)


def ignored(folder: Path, paths: Iterable[str], *, git: str) -> frozenset[str]:
    """Which of these new files the `.gitignore` files of a folder say are not to be kept."""
    asked = b"".join(os.fsencode(path) + b"\0" for path in paths)
    if not asked:
        return frozenset()
    words = ("check-ignore", "-z", "--stdin", "--no-index")
    with (
        suppress(OSError, subprocess.SubprocessError),
        tempfile.TemporaryDirectory(prefix="brooks-git-") as name,
    ):
        home = Path(name)
        empty = ("init", "-q", "--bare", "--template=", ".")
        _git(git, empty, folder=home, home=home)
        where = (f"--git-dir={home}", f"--work-tree={folder}")
        answer = _git(
            git, (*where, *words), folder=folder, home=home, asked=asked, may_be_none=True
        )
        return frozenset(os.fsdecode(path) for path in answer.split(b"\0") if path)
    return frozenset()


def _git(
    git: str,
    words: Iterable[str],
    *,
    folder: Path,
    home: Path,
    asked: bytes = b"",
    may_be_none: bool = False,
) -> bytes:
    environment = {
        "PATH": os.defpath,
        "HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "brooks",
        "GIT_AUTHOR_EMAIL": "brooks@localhost",
        "GIT_AUTHOR_DATE": "@0 +0000",
        "GIT_COMMITTER_NAME": "brooks",
        "GIT_COMMITTER_EMAIL": "brooks@localhost",
        "GIT_COMMITTER_DATE": "@0 +0000",
    }
    done = subprocess.run(  # noqa: S603 - our own words
        [git, *_SAFE, *words],
        cwd=folder,
        env=environment,
        input=asked,
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode and not (may_be_none and done.returncode == 1):
        raise subprocess.CalledProcessError(done.returncode, git)
    return done.stdout
