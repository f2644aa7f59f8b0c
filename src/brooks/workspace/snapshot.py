"""Reading a folder into a tree.

Links are not followed and only regular files are opened: opening a device can do something, and a
pipe would wait. What a file is, is looked at before it is opened and again on the open descriptor,
since it may have been exchanged in between. Folders and files are taken in the order of their
names, so that the same folder gives the same calls everywhere.
"""

import errno
import os
import stat
import unicodedata
from collections.abc import Callable
from collections.abc import Set as AbstractSet

from brooks.core.paths import READ_NEVER, SECRETS, PathRefused, clean_path, fold
from brooks.errors import OutsideError
from brooks.ids import BlobHash
from brooks.workspace.base import SizeLimits, Skipped, Snapshot, too_large
from brooks.workspace.disk import READ_FILE, READ_FOLDER, Identity, identity_of, kind_of
from brooks.workspace.tree import FileEntry

_EXCHANGED = {errno.ELOOP, errno.ENOTDIR, errno.ENXIO}


class _NotTaken(Exception):  # noqa: N818 - a fact about a file, handled in this module
    """Why something is left out of the tree."""


class FolderReader:
    """Reads one folder once."""

    def __init__(
        self,
        put_blob: Callable[[bytes], BlobHash],
        *,
        limits: SizeLimits,
        closed: AbstractSet[Identity],
        where: str,
        hides: Callable[[bytes], bool],
    ) -> None:
        self._put_blob = put_blob
        self._hides = hides
        self._limits = limits
        self._closed = closed
        self._where = where
        self._tree: dict[str, FileEntry] = {}
        self._bytes = 0
        self._skipped: list[Skipped] = []

    def read(self, root: int) -> Snapshot:
        """Read everything below an open folder."""
        self._read_folder(root, within="")
        return Snapshot(
            tree=dict(sorted(self._tree.items())),
            skipped=tuple(sorted(self._skipped, key=lambda each: each.path)),
        )

    def _read_folder(self, folder: int, *, within: str) -> None:
        try:
            with os.scandir(folder) as entries:
                in_order = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            raise self._unreadable(within, error) from error
        for entry in in_order:
            if fold(entry.name) not in READ_NEVER:
                self._read_entry(folder, entry, path=f"{within}{entry.name}")

    def _read_entry(self, folder: int, entry: os.DirEntry[str], *, path: str) -> None:
        try:
            opened = self._open(folder, entry.name, entry.stat(follow_symlinks=False))
        except FileNotFoundError:
            return
        except _NotTaken as why:
            self._skip(path, str(why))
            return
        except PermissionError as error:
            self._skip(path, f"it cannot be read ({error.strerror})")
            return
        except OSError as error:
            if error.errno not in _EXCHANGED:
                raise self._unreadable(path, error) from error
            self._skip(path, "it was exchanged for something else while it was read")
            return
        try:
            status = os.fstat(opened)
            clean = _spelling(folder, entry.name, path=path, status=status)
            if stat.S_ISDIR(status.st_mode):
                if identity_of(status) not in self._closed:
                    self._read_folder(opened, within=f"{clean}/")
            else:
                self._read_file(opened, path=clean, status=status)
        except PathRefused as refused:
            self._skip(path, f"its name cannot be used: {refused}")
        finally:
            os.close(opened)

    def _open(self, folder: int, name: str, status: os.stat_result) -> int:
        """Open a folder or a file that belongs into the tree."""
        if stat.S_ISLNK(status.st_mode):
            raise _NotTaken("a symbolic link; links are not followed")
        if stat.S_ISDIR(status.st_mode):
            return os.open(name, READ_FOLDER, dir_fd=folder)
        if not stat.S_ISREG(status.st_mode):
            raise _NotTaken(f"{kind_of(status.st_mode)}, not a file")
        if fold(name) in SECRETS:
            raise _NotTaken("it may hold secrets")
        if status.st_size > self._limits.file_bytes:
            raise _NotTaken(too_large(status.st_size, self._limits))
        return os.open(name, READ_FILE, dir_fd=folder)

    def _read_file(self, opened: int, *, path: str, status: os.stat_result) -> None:
        if not stat.S_ISREG(status.st_mode):
            self._skip(path, f"{kind_of(status.st_mode)}, not a file")
            return
        limit = self._limits.file_bytes
        try:
            with os.fdopen(opened, "rb", buffering=0, closefd=False) as file:
                data = file.readall() if status.st_size <= limit else b""
        except OSError as error:
            raise self._unreadable(path, error) from error
        if (size := max(len(data), status.st_size)) > limit:
            self._skip(path, too_large(size, self._limits))
            return
        if self._hides(data):
            self._skip(path, "it holds one of your keys")
            return
        self._bytes += len(data)
        self._limits.check(files=len(self._tree) + 1, tree_bytes=self._bytes, where=self._where)
        self._tree[path] = FileEntry(
            blob=self._put_blob(data), executable=bool(status.st_mode & stat.S_IXUSR)
        )

    def _unreadable(self, path: str, error: OSError) -> OutsideError:
        return OutsideError(
            f"cannot read {path!r} in the workspace {self._where}: {error.strerror or error}; "
            "put that right, or move it out of the workspace"
        )

    def _skip(self, path: str, reason: str) -> None:
        printable = path.encode(errors="surrogateescape").decode(errors="backslashreplace")
        self._skipped.append(Skipped(path=printable, reason=reason))


def _spelling(folder: int, name: str, *, path: str, status: os.stat_result) -> str:
    """Give a path as trees spell it, if the file system finds the same file by that spelling."""
    clean = clean_path(path, existing=True)
    if clean != path:
        normal = unicodedata.normalize("NFC", name)
        try:
            same = os.stat(normal, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            same = None
        if same is None or identity_of(same) != identity_of(status):
            raise PathRefused(
                f"{path!r} is not in Unicode normal form C, and this file system finds nothing "
                f"by that form ({clean!r}): rename it"
            )
    return clean
