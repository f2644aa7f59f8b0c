"""A workspace that is a plain folder of the user's.

It is read once and written back carefully: `brooks.workspace.disk` says how a file is put in its
place, this module decides whether it may be. A file is ours to replace when its content now is one
that the run knows for that path. Everything else is the user's, and stays: a file that changed,
appeared or went since the run began, a link, a folder or a device where the file would go. Our
version is then put into the folder `kept_in`, under the same path.

Files are deleted before others are written, so that a file can become a folder, and `A` become `a`.
Folders that a deletion leaves empty go with it.

It needs the calls of POSIX systems that work relative to an open folder.
"""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from itertools import groupby
from pathlib import Path

from brooks.core.paths import folders_above, parent_of
from brooks.errors import OutsideError, UsageError
from brooks.ids import BlobHash
from brooks.workspace.base import BlobSource, Kept, SizeLimits, Snapshot, ensure_safe, fetch
from brooks.workspace.disk import (
    Blocked,
    Found,
    Identity,
    delete_file,
    identity_of,
    look,
    make_executable,
    open_below,
    put_file,
    sweep,
    sync_folder,
)
from brooks.workspace.snapshot import FolderReader
from brooks.workspace.tree import Change, FileEntry

_SAFE = "what was accepted is safe in the log: put that right, then `brooks resume`"
_WHILE_WRITING = "it changed in the moment of writing"


class FolderWorkspace:
    """A folder of the user's, which may be given through a symbolic link."""

    def __init__(
        self,
        root: Path,
        *,
        kept_in: Path,
        closed: Collection[Path] = (),
        limits: SizeLimits | None = None,
        hides: Callable[[bytes], bool] = lambda data: False,
    ) -> None:
        """Open a folder as a workspace.

        Args:
            root: The folder.
            kept_in: Where to put our version of files that are not overwritten; made when needed.
            closed: Folders that are no part of the workspace though they may lie in it: where the
                runs are.
            limits: How much the folder may hold.
            hides: Whether a file with this content is left out, because of a key in it.
        """
        self._root = root
        self._kept_in = kept_in
        self._closed_paths = (*closed, kept_in)
        self._limits = limits or SizeLimits()
        self._hides = hides
        with self._open_root():
            pass

    def describe(self) -> str:
        """Say which folder this is."""
        return f"the folder {str(self._root)!r}"

    def ensure_writable(self) -> None:
        """Raise `OutsideError` if nothing can be made in the folder."""
        effective = os.access in os.supports_effective_ids
        if not os.access(self._root, os.W_OK | os.X_OK, effective_ids=effective):
            raise OutsideError(
                f"the workspace {str(self._root)!r} cannot be written to: give this user "
                "permission, or copy it somewhere writable and name the copy"
            )

    def read_all(self, put_blob: Callable[[bytes], BlobHash]) -> Snapshot:
        """Read every file below the folder; see `Workspace.read_all`."""
        with self._open_root() as root:
            reader = FolderReader(
                put_blob,
                limits=self._limits,
                closed=self._closed(),
                where=repr(str(self._root)),
                hides=self._hides,
            )
            return reader.read(root)

    def write(
        self,
        changes: Mapping[str, Change],
        ours: Mapping[str, AbstractSet[BlobHash | None]],
        blobs: BlobSource,
    ) -> tuple[Kept, ...]:
        """Put accepted results back; see `Workspace.write`."""
        for path in changes:
            ensure_safe(path)
        kept: dict[str, str] = {}
        with self._open_root() as root:
            job = _Writing(root, closed=self._closed(), ours=ours, blobs=blobs, kept=kept)
            files = {path: entry for path, entry in changes.items() if entry is not None}
            for folder, paths in _by_folder(changes.keys() - files.keys()):
                with self._disk_errors("delete files in", folder):
                    job.delete_in(folder, paths)
            for folder, paths in _by_folder(files):
                with self._disk_errors("write files in", folder):
                    job.write_in(folder, {path: files[path] for path in paths})
        return tuple(
            Kept(path=path, ours=self._put_aside(path, changes[path], blobs), reason=reason)
            for path, reason in sorted(kept.items())
        )

    def _put_aside(self, path: str, entry: Change, blobs: BlobSource) -> str | None:
        """Put our version of a file where the user can compare it; give that place."""
        if entry is None:
            return None
        data = fetch(blobs, entry.blob)
        try:
            self._kept_in.mkdir(parents=True, exist_ok=True)
            root = os.open(self._kept_in, os.O_RDONLY | os.O_DIRECTORY)
            try:
                # Something put aside earlier may be in the way of the first name.
                for name in (path, entry.blob):
                    if _put(root, name, data, executable=entry.executable):
                        return str(self._kept_in / name)
            finally:
                os.close(root)
        except OSError as error:
            raise OutsideError(
                f"cannot put our {path!r} aside in {str(self._kept_in)!r}: {error}; {_SAFE}"
            ) from error
        raise OutsideError(
            f"cannot put our {path!r} aside in {str(self._kept_in)!r}: something is in the way; "
            f"{_SAFE}"
        )

    @contextmanager
    def _open_root(self) -> Iterator[int]:
        try:
            root = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError as error:
            raise UsageError(
                f"the workspace {str(self._root)!r} does not exist: make the folder or name another"
            ) from error
        except NotADirectoryError as error:
            raise UsageError(
                f"the workspace {str(self._root)!r} is not a folder: name the folder it is in"
            ) from error
        except OSError as error:
            raise OutsideError(
                f"cannot open the workspace {str(self._root)!r}: {error.strerror}; "
                "give this user permission to read it"
            ) from error
        try:
            yield root
        finally:
            os.close(root)

    @contextmanager
    def _disk_errors(self, doing: str, folder: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise OutsideError(
                f"cannot {doing} {str(self._root / folder)!r}: {error.strerror or error}; {_SAFE}"
            ) from error

    def _closed(self) -> frozenset[Identity]:
        """Find out, each time anew, which of the closed folders exist by now."""
        found = set()
        for folder in self._closed_paths:
            try:
                found.add(identity_of(folder.stat()))
            except OSError:
                continue
        return frozenset(found)


class _Writing:
    """One call of `write`: the open root and what is known of the files."""

    def __init__(
        self,
        root: int,
        *,
        closed: AbstractSet[Identity],
        ours: Mapping[str, AbstractSet[BlobHash | None]],
        blobs: BlobSource,
        kept: dict[str, str],
    ) -> None:
        self._root = root
        self._closed = closed
        self._ours = ours
        self._blobs = blobs
        self._kept = kept

    def delete_in(self, folder: str, paths: Collection[str]) -> None:
        """Delete files of one folder, and the folders above that are then empty."""
        try:
            with self._open(folder, create=False) as opened:
                if opened is not None:
                    sweep(opened)
                    for path in paths:
                        self._delete(opened, path)
                    sync_folder(opened)
        except Blocked as blocked:
            if not blocked.gone:
                self._keep_all(paths, str(blocked))
            return
        with suppress(Blocked):  # only where a folder is exchanged in this very moment
            self._prune(paths)

    def _delete(self, folder: int, path: str) -> None:
        try:
            found = look(folder, _name_of(path))
        except Blocked as blocked:
            if not blocked.gone:
                self._kept[path] = str(blocked)
            return
        if found.blob is None:
            return
        if found.blob not in self._known(path):
            self._keep(path, found)
        elif not delete_file(folder, _name_of(path), found=found):
            self._kept[path] = _WHILE_WRITING

    def _prune(self, paths: Collection[str]) -> None:
        for folder in reversed(folders_above(next(iter(paths)))):
            with self._open(parent_of(folder), create=False) as above:
                if above is None:
                    continue
                try:
                    os.rmdir(_name_of(folder), dir_fd=above)
                except FileNotFoundError:
                    continue
                except OSError:
                    return

    def write_in(self, folder: str, entries: Mapping[str, FileEntry]) -> None:
        """Write files of one folder; it is made only if a file goes into it."""
        try:
            with self._open(folder, create=False) as opened:
                if opened is not None:
                    self._write_all(opened, entries)
                    return
            welcome = {path: entry for path, entry in entries.items() if None in self._known(path)}
            self._keep_all(entries.keys() - welcome.keys(), "you deleted it since the run began")
            if welcome:
                with self._open(folder, create=True) as made:
                    if made is not None:
                        self._write_all(made, welcome)
        except Blocked as blocked:
            self._keep_all(entries, str(blocked))

    def _write_all(self, folder: int, entries: Mapping[str, FileEntry]) -> None:
        sweep(folder)
        for path, entry in entries.items():
            self._write(folder, path, entry)
        sync_folder(folder)

    def _write(self, folder: int, path: str, entry: FileEntry) -> None:
        name = _name_of(path)
        try:
            found = look(folder, name)
        except Blocked as blocked:
            self._kept[path] = str(blocked)
            return
        ours = found.blob in self._known(path)
        if found.blob == entry.blob:
            if ours and entry.executable and not found.executable:
                make_executable(folder, name)
        elif not ours:
            self._keep(path, found)
        else:
            data = fetch(self._blobs, entry.blob)
            if not put_file(folder, name, data, executable=entry.executable, instead_of=found):
                self._kept[path] = _WHILE_WRITING

    @contextmanager
    def _open(self, folder: str, *, create: bool) -> Iterator[int | None]:
        with open_below(self._root, folder, create=create, closed=self._closed) as opened:
            yield opened

    def _known(self, path: str) -> AbstractSet[BlobHash | None]:
        return self._ours.get(path, frozenset())

    def _keep(self, path: str, found: Found) -> None:
        did = "deleted" if found.blob is None else "wrote to"
        self._kept[path] = f"you {did} it since the run began"

    def _keep_all(self, paths: Collection[str], reason: str) -> None:
        for path in paths:
            self._kept[path] = reason


def _put(root: int, path: str, data: bytes, *, executable: bool) -> bool:
    """Put a file below `root` whatever file was there; False if something else is in the way."""
    try:
        with open_below(root, parent_of(path), create=True) as folder:
            if folder is None:
                return False
            sweep(folder)
            name = _name_of(path)
            found = look(folder, name)
            return put_file(folder, name, data, executable=executable, instead_of=found)
    except Blocked:
        return False


def _by_folder(paths: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Group paths by folder, so that each folder is opened and made durable once."""
    in_order = sorted(paths, key=lambda path: (parent_of(path), path))
    for folder, group in groupby(in_order, key=parent_of):
        yield folder, list(group)


def _name_of(path: str) -> str:
    return path.rpartition("/")[2]
