"""The right to write a log: an exclusive lock on a file beside it.

The kernel lets go of the lock when its holder ends, however it ends, so a crash leaves nothing to
clean up. The lock file itself stays: deleting it would let two processes hold locks on two files
of one name. It names the holder's process, for messages only.

A lock can still be lost: on a network file system, or by someone deleting the file. So a lock is
not trusted alone, and the log counts its writers in an epoch that every commit compares
(`sqlite.py`).
"""

import fcntl
import os
from pathlib import Path
from typing import Self

from brooks.errors import OutsideError, UsageError

_ATTEMPTS = 200
"""`writer_pid` holds the lock for some microseconds to try it. A writer tries this often, without
waiting between, before it believes that another writer holds the lock."""


class WriterLock:
    """The lock of one log, held from `acquire` to `release`."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    @classmethod
    def acquire(cls, log: Path) -> Self:
        """Take the lock of `log` without waiting; a UsageError when a process holds it."""
        try:
            descriptor = os.open(lock_path(log), os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise _cannot_lock(log, error) from error
        try:
            _take_for_writing(descriptor, log)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        except OSError as error:
            os.close(descriptor)
            raise _cannot_lock(log, error) from error
        except BaseException:
            os.close(descriptor)
            raise
        return cls(descriptor)

    def release(self) -> None:
        """Give the lock back; doing so again does nothing."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None


def writer_pid(log: Path) -> int | None:
    """Return the process that writes `log` now, 0 when it cannot be told, None when nobody does."""
    try:
        descriptor = os.open(lock_path(log), os.O_RDONLY)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _cannot_lock(log, error) from error
    try:
        if _take(descriptor, fcntl.LOCK_SH, attempts=1):
            return None
        return _recorded_pid(descriptor)
    except OSError as error:
        raise _cannot_lock(log, error) from error
    finally:
        os.close(descriptor)


def lock_path(log: Path) -> Path:
    """Return where the lock of `log` is."""
    return log.with_name(f"{log.name}.lock")


def _take_for_writing(descriptor: int, log: Path) -> None:
    if not _take(descriptor, fcntl.LOCK_EX, attempts=_ATTEMPTS):
        pid = _recorded_pid(descriptor)
        writer = f"process {pid}" if pid else "another process"
        raise UsageError(
            f"log {str(log)!r}: the run is already being written by {writer}: "
            "wait for it to end, or stop it"
        )


def _take(descriptor: int, kind: int, *, attempts: int) -> bool:
    for _ in range(attempts):
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        return True
    return False


def _recorded_pid(descriptor: int) -> int:
    text = os.pread(descriptor, 32, 0).strip()
    return int(text) if text.isdigit() else 0


def _cannot_lock(log: Path, error: OSError) -> OutsideError:
    return OutsideError(
        f"log {str(log)!r}: its lock file cannot be used ({error.strerror}): "
        "keep runs in an existing folder you may write to, on a local disk"
    )
