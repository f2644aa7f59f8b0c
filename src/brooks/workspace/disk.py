"""Touching files below an open folder, without ever following a symbolic link.

A path is walked name by name: each folder is opened relative to the descriptor of the one before
and with `O_NOFOLLOW`. A link that somebody plants on the way is met as a link, whenever it was
planted; there is no moment between looking and using. (Resolving the whole path first and then
opening it has such a moment.) Only the workspace's root, which the user named, may itself be given
through a link.

A file is replaced whole: its new content is written to a temporary file beside it, made durable,
and renamed over it. A file that must not exist yet is made with `link`, which fails if anything is
there, so even a file created in that very moment is not overwritten. For a file that exists no such
call is portable: its identity, size and times are compared immediately before the rename, which
leaves some microseconds. As a rename makes a new file, one that has a second name outside the
workspace is not changed there.

A temporary file is locked as long as its writer lives. What a killed writer left has no lock, and
is removed when the folder is next written to.
"""

import errno
import fcntl
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TypeAlias

from brooks.core.paths import TEMPORARY_PREFIX
from brooks.ids import BlobHash
from brooks.workspace.base import write_whole

Identity: TypeAlias = tuple[int, int]
"""Device and inode: which folder it is, whatever it is called."""

READ_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
READ_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
"""Without `O_NONBLOCK`, opening a pipe that took the file's place would wait for ever."""

_MAKE_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_NOT_THERE_AS_SUCH = {errno.ELOOP, errno.ENOTDIR, errno.ENXIO}
_KINDS = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFDIR: "a folder",
    stat.S_IFREG: "a file",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}


class Blocked(Exception):  # noqa: N818 - a fact about the user's folder, handled by the caller
    """Something stands in the way that is the user's; the text says what.

    `gone` is true where this also says that the file asked for is not there: a folder has its name,
    or a file has the name of a folder it would be in. (Behind a link there may well be such a
    file.)
    """

    def __init__(self, reason: str, *, gone: bool = False) -> None:
        super().__init__(reason)
        self.gone = gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is at a file's place now."""

    blob: BlobHash | None
    """Its content; None when nothing is there."""
    status: os.stat_result | None
    """Its status from before it was read, so that a later change shows."""

    @property
    def executable(self) -> bool:
        """Whether its owner may run it."""
        return self.status is not None and bool(self.status.st_mode & stat.S_IXUSR)


def kind_of(mode: int) -> str:
    """Name a kind of file for a sentence."""
    return _KINDS.get(stat.S_IFMT(mode), "a device")


def identity_of(status: os.stat_result) -> Identity:
    """Give which file or folder a status is of."""
    return status.st_dev, status.st_ino


@contextmanager
def open_below(
    root: int, folder: str, *, create: bool, closed: AbstractSet[Identity] = frozenset()
) -> Iterator[int | None]:
    """Open a folder below `root`; None when it is missing and not to be made.

    Raises:
        Blocked: A link or a file is where a folder is needed, or a folder of `closed` would be
            entered.
    """
    opened = _descend(root, folder, create=create, closed=closed)
    try:
        yield opened
    finally:
        if opened is not None:
            os.close(opened)


def _descend(root: int, folder: str, *, create: bool, closed: AbstractSet[Identity]) -> int | None:
    here = os.dup(root)
    for name in folder.split("/") if folder else ():
        try:
            inner = _enter(here, name, create=create)
        finally:
            os.close(here)
        if inner is None:
            return None
        here = inner
        if identity_of(os.fstat(here)) in closed:
            os.close(here)
            raise Blocked(f"the folder {name!r} holds this program's own runs")
    return here


def _enter(outer: int, name: str, *, create: bool) -> int | None:
    """Open the folder `name` in `outer`, making it first if it is missing and may be made."""
    try:
        return _open_folder(outer, name)
    except FileNotFoundError:
        if not create:
            return None
    with suppress(FileExistsError):
        os.mkdir(name, dir_fd=outer)
        sync_folder(outer)
    return _open_folder(outer, name)


def _open_folder(outer: int, name: str) -> int:
    try:
        return os.open(name, READ_FOLDER, dir_fd=outer)
    except OSError as error:
        if error.errno not in _NOT_THERE_AS_SUCH:
            raise
    mode = os.stat(name, dir_fd=outer, follow_symlinks=False).st_mode
    raise Blocked(
        f"{kind_of(mode)}, {name!r}, is where a folder is needed", gone=not stat.S_ISLNK(mode)
    )


def look(folder: int, name: str) -> Found:
    """Read what is at a file's place.

    Raises:
        Blocked: Something else than a file is there, or a file that may not be read.
    """
    try:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        if not stat.S_ISREG(mode):
            raise Blocked(f"{kind_of(mode)} is in its place", gone=stat.S_ISDIR(mode))
        with os.fdopen(os.open(name, READ_FILE, dir_fd=folder), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise Blocked(f"{kind_of(status.st_mode)} is in its place")
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return Found(blob=None, status=None)
    except PermissionError as error:
        raise Blocked(f"what is there cannot be read ({error.strerror})") from error
    except OSError as error:
        if error.errno in _NOT_THERE_AS_SUCH:
            raise Blocked("something else than a file is in its place") from error
        raise
    return Found(blob=BlobHash(digest), status=status)


def put_file(folder: int, name: str, data: bytes, *, executable: bool, instead_of: Found) -> bool:
    """Make or replace a file whole; False, and nothing changed, if it is no longer what was found.

    A replaced file keeps its mode and owner; a new one has those of any new file.
    """
    temporary = f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}"
    descriptor = os.open(temporary, _MAKE_FILE, 0o777 if executable else 0o666, dir_fd=folder)
    try:
        with suppress(OSError):  # a file system without locks: nothing there is swept either
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        write_whole(descriptor, data)
        if instead_of.status is not None:
            _take_after(descriptor, instead_of.status, executable=executable)
        os.fsync(descriptor)
        if instead_of.status is None:
            return _name_new(folder, temporary, name)
        return _rename_over(folder, temporary, name, instead_of.status)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary, dir_fd=folder)
        os.close(descriptor)


def _take_after(descriptor: int, status: os.stat_result, *, executable: bool) -> None:
    """Give a new file the owner and the mode of the old one, without its set-user-id bits."""
    mine = os.fstat(descriptor)
    if (mine.st_uid, mine.st_gid) != (status.st_uid, status.st_gid):
        with suppress(PermissionError):
            os.fchown(descriptor, status.st_uid, status.st_gid)
    mode = status.st_mode & 0o777
    os.fchmod(descriptor, _runnable(mode) if executable else mode)


def _runnable(mode: int) -> int:
    """Let those run a file who may read it."""
    return mode | (mode & 0o444) >> 2


def _name_new(folder: int, temporary: str, name: str) -> bool:
    try:
        os.link(temporary, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}:
            raise
    else:
        return True
    return rename_new(folder, temporary, name)


def rename_new(folder: int, temporary: str, name: str) -> bool:
    """Name a new file where the file system has no hard links: look, then rename."""
    if _status_now(folder, name) is not None:
        return False
    os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    return True


def _rename_over(folder: int, temporary: str, name: str, expected: os.stat_result) -> bool:
    now = _status_now(folder, name)
    if now is None or _trace(now) != _trace(expected):
        return False
    os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    return True


def _status_now(folder: int, name: str) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


def _trace(status: os.stat_result) -> tuple[int, ...]:
    """What changes when a file is changed, replaced, or replaced by something else."""
    identity = (status.st_dev, status.st_ino, status.st_mode)
    return (*identity, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def make_executable(folder: int, name: str) -> None:
    """Let those run a file who may read it."""
    descriptor = os.open(name, READ_FILE, dir_fd=folder)
    try:
        os.fchmod(descriptor, _runnable(os.fstat(descriptor).st_mode & 0o777))
    finally:
        os.close(descriptor)


def delete_file(folder: int, name: str, *, found: Found) -> bool:
    """Delete a file; False, and nothing changed, if it is no longer what was found."""
    now = _status_now(folder, name)
    if now is None:
        return True
    if found.status is None or _trace(now) != _trace(found.status):
        return False
    os.unlink(name, dir_fd=folder)
    return True


def sync_folder(folder: int) -> None:
    """Make the names in a folder durable, where the file system can."""
    with suppress(OSError):
        os.fsync(folder)


def sweep(folder: int) -> None:
    """Remove the temporary files that a killed writer left in a folder."""
    for name in os.listdir(folder):
        if name.startswith(TEMPORARY_PREFIX):
            with suppress(OSError):
                _remove_unlocked(folder, name)


def _remove_unlocked(folder: int, name: str) -> None:
    descriptor = os.open(name, READ_FILE, dir_fd=folder)
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(name, dir_fd=folder)
    finally:
        os.close(descriptor)
