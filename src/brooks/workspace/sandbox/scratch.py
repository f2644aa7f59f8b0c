"""Scratch folders in the system's temporary folder, and clearing away those whose process is gone.

A scratch folder is named `brooks-<process>-<random>` and locked by its process for as long as that
lives. So what a killed process left can be told from what is in use, even by a process in another
container, which cannot see the first one's number.
"""

import contextlib
import fcntl
import os
import re
import shutil
import tempfile
from pathlib import Path

from brooks.workspace.sandbox.tidying import tidy

_NAME = re.compile(r"brooks-(\d+)-.+")
_locks: list[int] = []


def make_scratch() -> Path:
    """Make a scratch folder of this process; others may pass through it, not look around in it."""
    folder = Path(tempfile.mkdtemp(prefix=f"brooks-{os.getpid()}-")).resolve()
    folder.chmod(0o711)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    _locks.append(descriptor)
    return folder


def discard(folder: Path) -> None:
    """Remove a folder and whatever a check has made of it."""
    with contextlib.suppress(OSError):
        tidy(folder)
    shutil.rmtree(folder, ignore_errors=True)


def sweep(parent: Path) -> None:
    """Remove the scratch folders in `parent` that dead processes of this user left."""
    for folder in sorted(parent.glob("brooks-*-*")):
        named = _NAME.fullmatch(folder.name)
        with contextlib.suppress(OSError):
            if named and not folder.is_symlink() and folder.stat().st_uid == os.getuid():
                _remove_if_dead(folder, int(named[1]))


def _remove_if_dead(folder: Path, process: int) -> None:
    if _is_alive(process):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        discard(folder)
    finally:
        os.close(descriptor)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
