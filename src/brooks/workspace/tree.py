"""A tree: which path has which content. Pure.

A tree's manifest is its canonical form: one JSON object, keys sorted by code point, no spaces,
UTF-8, `executable` only where it is true. The same tree has the same bytes everywhere, so its hash
names it, and what a check said about a tree can be remembered by that hash.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from brooks.core.paths import PathRefused, clean_path
from brooks.errors import OutsideError
from brooks.ids import BlobHash

_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """One file of a tree."""

    blob: BlobHash
    """Its content."""
    executable: bool = False
    """Whether its owner may run it. Nothing else of its mode is kept."""


Tree: TypeAlias = Mapping[str, FileEntry]
"""Clean path to file. Folders are those that the paths need; an empty folder is not kept."""

Change: TypeAlias = FileEntry | None
"""What becomes of one path: this file, or None when it is deleted."""


def hash_of(data: bytes) -> BlobHash:
    """Give the name that these bytes have as a blob."""
    return BlobHash(hashlib.sha256(data).hexdigest())


def encode_manifest(tree: Tree) -> bytes:
    """Write a tree in its canonical form."""
    plain = {
        path: {"blob": entry.blob, "executable": True} if entry.executable else {"blob": entry.blob}
        for path, entry in tree.items()
    }
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def decode_manifest(data: bytes) -> dict[str, FileEntry]:
    """Read a tree back, in the order of its paths.

    Nothing but the canonical form of a safe tree is taken.

    Raises:
        OutsideError: These bytes are not what `encode_manifest` writes.
    """
    try:
        plain = json.loads(data)
        tree = {clean_path(path, existing=True): _entry(fields) for path, fields in plain.items()}
    except (PathRefused, ValueError, KeyError, TypeError, AttributeError) as error:
        raise OutsideError(f"a manifest is damaged: {error}; {_WHAT_NEXT}") from error
    if encode_manifest(tree) != data:
        raise OutsideError(f"a manifest is damaged: not in its canonical form; {_WHAT_NEXT}")
    return tree


_WHAT_NEXT = "the log that holds it was changed by something else, take a copy that was not"


def _entry(fields: Mapping[str, object]) -> FileEntry:
    blob, executable = fields["blob"], fields.get("executable", False)
    if not isinstance(blob, str) or not _HASH.fullmatch(blob):
        raise ValueError(f"{blob!r} is not a blob's hash")
    if not isinstance(executable, bool):
        raise TypeError(f"executable is {executable!r}, which is neither true nor false")
    return FileEntry(blob=BlobHash(blob), executable=executable)


def tree_hash(tree: Tree) -> BlobHash:
    """Name a tree: the hash of its manifest."""
    return hash_of(encode_manifest(tree))
