"""A workspace in memory, for simulations and tests; same contract as the folder.

It keeps bytes by path as a folder does, with the same answers for files that the user changed and
for files and folders in each other's way. There is nobody to change a file while the program runs,
except through `user_writes`.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from brooks.core.paths import READ_NEVER, SECRETS, PathRefused, clean_path, fold, folders_above
from brooks.errors import OutsideError
from brooks.ids import BlobHash
from brooks.workspace.base import (
    BlobSource,
    Kept,
    SizeLimits,
    Skipped,
    Snapshot,
    ensure_safe,
    fetch,
    too_large,
)
from brooks.workspace.tree import Change, FileEntry, hash_of


@dataclass(frozen=True, slots=True)
class _File:
    data: bytes
    executable: bool


class MemoryBlobs:
    """Contents by hash, in memory."""

    def __init__(self) -> None:
        self._data: dict[BlobHash, bytes] = {}

    def put_blob(self, data: bytes) -> BlobHash:
        """Store a content and give its hash."""
        blob_hash = hash_of(data)
        self._data[blob_hash] = data
        return blob_hash

    def blob(self, blob_hash: BlobHash) -> bytes:
        """Give the bytes with this hash."""
        try:
            return self._data[blob_hash]
        except KeyError:
            raise OutsideError(f"nothing is stored as {blob_hash!r}") from None


class MemoryWorkspace:
    """Files in memory."""

    def __init__(
        self,
        files: Mapping[str, bytes] | None = None,
        *,
        executable: AbstractSet[str] = frozenset(),
        limits: SizeLimits | None = None,
    ) -> None:
        """Make a workspace of these files, `executable` naming those that may be run."""
        self._files: dict[str, _File] = {}
        self._folders: Counter[str] = Counter()
        """How many files lie below each folder."""
        for path, data in (files or {}).items():
            self._put(path, _File(data, path in executable))
        self._kept: dict[str, bytes] = {}
        self._limits = limits or SizeLimits()

    def _put(self, path: str, file: _File) -> None:
        if path not in self._files:
            self._folders.update(folders_above(path))
        self._files[path] = file

    def _remove(self, path: str) -> None:
        if self._files.pop(path, None) is not None:
            self._folders.subtract(folders_above(path))

    def files(self) -> dict[str, bytes]:
        """Give what is there now, by path."""
        return {path: file.data for path, file in sorted(self._files.items())}

    def kept(self) -> dict[str, bytes]:
        """Give our versions that were put aside, by path."""
        return dict(self._kept)

    def user_writes(self, path: str, data: bytes | None) -> None:
        """Do what the user may do at any time: write a file, or delete it (None)."""
        if data is None:
            self._remove(path)
        else:
            self._put(path, _File(data, executable=False))

    def describe(self) -> str:
        """Say how many files there are."""
        return f"{len(self._files)} files in memory"

    def ensure_writable(self) -> None:
        """Memory can always be written."""

    def read_all(self, put_blob: Callable[[bytes], BlobHash]) -> Snapshot:
        """Read every file; see `Workspace.read_all`."""
        tree: dict[str, FileEntry] = {}
        skipped: list[Skipped] = []
        total = 0
        for path, file in sorted(self._files.items()):
            if any(fold(name) in READ_NEVER for name in path.split("/")):
                continue
            if reason := self._why_skipped(path, file.data):
                skipped.append(Skipped(path=path, reason=reason))
                continue
            total += len(file.data)
            self._limits.check(files=len(tree) + 1, tree_bytes=total, where="in memory")
            tree[path] = FileEntry(blob=put_blob(file.data), executable=file.executable)
        return Snapshot(tree=tree, skipped=tuple(skipped))

    def _why_skipped(self, path: str, data: bytes) -> str | None:
        try:
            clean_path(path, existing=True)
        except PathRefused as refused:
            return f"its name cannot be used: {refused}"
        if fold(path.rpartition("/")[2]) in SECRETS:
            return "it may hold secrets"
        if len(data) > self._limits.file_bytes:
            return too_large(len(data), self._limits)
        return None

    def write(
        self,
        changes: Mapping[str, Change],
        ours: Mapping[str, AbstractSet[BlobHash | None]],
        blobs: BlobSource,
    ) -> tuple[Kept, ...]:
        """Put accepted results back; see `Workspace.write`."""
        for path in changes:
            ensure_safe(path)
        kept: list[Kept] = []
        for path in sorted(changes, key=lambda path: (changes[path] is not None, path)):
            entry = changes[path]
            reason = self._write(path, entry, ours.get(path, frozenset()), blobs)
            if reason is not None:
                put_aside = self._put_aside(path, entry, blobs)
                kept.append(Kept(path=path, ours=put_aside, reason=reason))
        return tuple(sorted(kept, key=lambda each: each.path))

    def _write(
        self, path: str, entry: Change, ours: AbstractSet[BlobHash | None], blobs: BlobSource
    ) -> str | None:
        """Write or delete one file, or say why not."""
        if blocked := self._what_blocks(path):
            return blocked if entry else None
        file = self._files.get(path)
        now = hash_of(file.data) if file else None
        wanted = entry.blob if entry else None
        if now != wanted and now not in ours:
            did = "deleted" if now is None else "wrote to"
            return f"you {did} it since the run began"
        if entry is None:
            self._remove(path)
        elif now in ours:
            executable = entry.executable or (file is not None and file.executable)
            self._put(path, _File(fetch(blobs, entry.blob), executable))
        return None

    def _what_blocks(self, path: str) -> str | None:
        for folder in folders_above(path):
            if folder in self._files:
                return f"a file, {folder.rpartition('/')[2]!r}, is where a folder is needed"
        if self._folders[path] > 0:
            return "a folder is in its place"
        return None

    def _put_aside(self, path: str, entry: Change, blobs: BlobSource) -> str | None:
        if entry is None:
            return None
        self._kept[path] = fetch(blobs, entry.blob)
        return f"kept/{path}"


class UnreadWorkspace(MemoryWorkspace):
    """Files of a run whose results nobody looks at: nothing is written back."""

    def write(
        self,
        changes: Mapping[str, Change],
        ours: Mapping[str, AbstractSet[BlobHash | None]],
        blobs: BlobSource,
    ) -> tuple[Kept, ...]:
        """Do nothing."""
        return ()
