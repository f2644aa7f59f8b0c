"""What a workspace is: where a run's files come from, and where its accepted results are put back.

The log is the truth. It holds every content by hash and which path has which content at which
version; a workspace is read once, when the run begins, and written with what was accepted. Since
writing the same again is harmless, a resumed run writes everything again and need not know how far
the last one came.

What the user changed meanwhile is the user's: it is left as it is, our version is put aside, and
the answer to `write` says so.
"""

import os
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from brooks.core.paths import PathRefused, clean_path, folders_above
from brooks.errors import InternalError, OutsideError, UsageError
from brooks.ids import BlobHash
from brooks.workspace.tree import Change, Tree, hash_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeLimits:
    """How much a workspace may hold."""

    file_bytes: int = 16 * 1024**2
    """A larger file is left out of the tree, and reported."""
    tree_bytes: int = 512 * 1024**2
    """All files together; a workspace that holds more is an error."""
    files: int = 50_000
    """How many files; a workspace that holds more is an error."""

    def check(self, *, files: int, tree_bytes: int, where: str) -> None:
        """Raise `UsageError` when a tree is larger than allowed."""
        for count, limit, unit in (
            (files, self.files, "files"),
            (tree_bytes, self.tree_bytes, "bytes"),
        ):
            if count > limit:
                raise UsageError(
                    f"the workspace {where} holds more than {limit:,} {unit}: name a smaller "
                    "folder as the workspace, or move what the tasks do not need out of it"
                )


def too_large(size: int, limits: SizeLimits) -> str:
    """Say why a file of this size is left out."""
    return f"{size:,} bytes, more than the {limits.file_bytes:,} of one file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Something that is in the workspace and not in the tree."""

    path: str
    """Where it is, as far as it can be printed."""
    reason: str
    """Why it was left out, as the end of the sentence "left out: …"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A workspace as the run finds it."""

    tree: Tree
    """Its files, in the order of their paths."""
    skipped: tuple[Skipped, ...]
    """What was left out and should be known of, in the order of the paths; folders in
    `brooks.core.paths.READ_NEVER` are left out without a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A path where the user's version stays instead of ours."""

    path: str
    """The path that was not written."""
    ours: str | None
    """Where our version was put instead; None when ours was to delete the file."""
    reason: str
    """Why, as the end of the sentence "kept: …"."""


class BlobSource(Protocol):
    """Anything that has contents by hash, such as the log."""

    def blob(self, blob_hash: BlobHash) -> bytes:
        """Give the bytes with this hash."""
        ...


class Workspace(Protocol):
    """Where a run's files come from and go to. Every implementation passes one contract suite."""

    def read_all(self, put_blob: Callable[[bytes], BlobHash]) -> Snapshot:
        """Read every file; `put_blob` stores a content and gives its hash."""
        ...

    def write(
        self,
        changes: Mapping[str, Change],
        ours: Mapping[str, AbstractSet[BlobHash | None]],
        blobs: BlobSource,
    ) -> tuple[Kept, ...]:
        """Put accepted results back, and give the paths where the user's version was kept instead.

        Args:
            changes: Each path that the run changed and what it is to be. The executable bit is set
                where an entry has it, and never taken away.
            ours: Every content this run knows for a path: what the snapshot had (None where the
                path was absent) and all that it wrote since. If what is there now is none of these,
                the user made it. A path without an entry is treated as the user's.
            blobs: Where the contents are.
        """
        ...

    def ensure_writable(self) -> None:
        """Raise `OutsideError` if `write` is bound to fail, before anything has been paid for."""
        ...

    def describe(self) -> str:
        """Say in a few words what and where this is."""
        ...


def fetch(blobs: BlobSource, blob_hash: BlobHash) -> bytes:
    """Take a content out of a store and make sure it is the one that was asked for."""
    data = blobs.blob(blob_hash)
    if hash_of(data) != blob_hash:
        raise OutsideError(
            f"the content stored as {blob_hash!r} is damaged: it hashes to {hash_of(data)!r}; "
            "the log that holds it was changed by something else, take a copy that was not"
        )
    return data


def ensure_safe(path: str) -> None:
    """Raise `InternalError` for a path that should not have come this far."""
    try:
        clean = clean_path(path, existing=True)
    except PathRefused as refused:
        raise InternalError(f"a tree holds a path that it cannot hold: {refused}") from refused
    if clean != path:
        raise InternalError(f"a tree holds {path!r}, which is spelled {clean!r}")


def materialise(tree: Tree, blobs: BlobSource, directory: Path) -> None:
    """Copy a whole tree into a fresh folder, for a check to run in.

    The folder is made if it is missing and must be empty. So every folder and file below it is made
    here, and none can be a link that someone put there before.

    Raises:
        OutsideError: The disk refused.
        InternalError: The folder is not empty, or the tree holds an unsafe path.
    """
    for path in tree:
        ensure_safe(path)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if any(directory.iterdir()):
            raise InternalError(f"{str(directory)!r} is not empty, so no tree can be put there")
        for folder in sorted({folder for path in tree for folder in folders_above(path)}):
            os.mkdir(f"{directory}/{folder}")  # noqa: PTH102 - a third of the time of pathlib's
        for path, entry in tree.items():
            descriptor = os.open(
                f"{directory}/{path}",
                os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW,
                0o777 if entry.executable else 0o666,
            )
            try:
                write_whole(descriptor, fetch(blobs, entry.blob))
            finally:
                os.close(descriptor)
    except OSError as error:
        raise OutsideError(
            f"cannot copy the files for a check into {str(directory)!r}: {error}; "
            "make room or give permission there"
        ) from error


def write_whole(descriptor: int, data: bytes) -> None:
    """Write all of `data`; one system call may take only a part of it."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
