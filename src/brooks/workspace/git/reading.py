"""Reading the files of a commit into a tree, by the rules for a folder.

Only regular files are taken. The user's checkout is not looked at, so neither what is uncommitted
nor what a filter of git's would make of a file is ever seen.
"""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from brooks.core.paths import READ_NEVER, SECRETS, PathRefused, clean_path, fold
from brooks.errors import OutsideError
from brooks.ids import BlobHash
from brooks.workspace.base import SizeLimits, Skipped, Snapshot, too_large
from brooks.workspace.git.program import Git, GitFailed
from brooks.workspace.tree import FileEntry

_AT_ONCE = 32 * 1024**2
"""Bytes that one call of git gives."""
_OTHER = {"120000": "a symbolic link; links are not followed", "160000": "a submodule"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Something in a commit."""

    path: str
    """Where it is below the workspace; bytes that are no UTF-8 as the operating system has them."""
    blob: str
    """The name that its content has for git."""
    mode: str
    size: int

    @property
    def executable(self) -> bool:
        """Whether its owner may run it."""
        return bool(int(self.mode, 8) & stat.S_IXUSR)

    def is_uninteresting(self) -> bool:
        """Whether it is left out without a word."""
        return any(fold(name) in READ_NEVER for name in self.path.split("/"))

    def why_left_out(self, limits: SizeLimits) -> str | None:
        """Say why it is no part of the tree, or None if it is."""
        if self.mode in _OTHER:
            return _OTHER[self.mode]
        if fold(self.path.rpartition("/")[2]) in SECRETS:
            return "it may hold secrets"
        if self.size > limits.file_bytes:
            return too_large(self.size, limits)
        try:
            clean = clean_path(self.path, existing=True)
        except PathRefused as refused:
            return f"its name cannot be used: {refused}"
        if clean != self.path:
            return f"its name is not in Unicode normal form C, which is {clean!r}: rename it"
        return None


def list_files(git: Git, commit: str, *, within: bytes) -> list[Listed]:
    """Everything that a commit has below a folder, in the order of the paths."""
    folder = os.fsdecode(within).rstrip("/")
    try:
        tree = git.text(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}:{folder}"
        )
    except GitFailed:
        return []  # nothing is committed below it yet
    listing = git.run("ls-tree", "-r", "-z", "-l", "--full-tree", tree)
    return sorted(map(_listed, listing.split(b"\0")[:-1]), key=lambda each: each.path)


def _listed(line: bytes) -> Listed:
    facts, _, path = line.partition(b"\t")
    mode, _, blob, size = facts.decode().split()
    return Listed(
        path=os.fsdecode(path), blob=blob, mode=mode, size=0 if size == "-" else int(size)
    )


def read_snapshot(
    git: Git,
    listed: list[Listed],
    put_blob: Callable[[bytes], BlobHash],
    *,
    limits: SizeLimits,
    where: str,
    hides: Callable[[bytes], bool],
) -> Snapshot:
    """Read what is listed; see `Workspace.read_all`."""
    taken: list[Listed] = []
    skipped: list[Skipped] = []
    for each in listed:
        if each.is_uninteresting():
            continue
        reason = each.why_left_out(limits)
        if reason is None:
            taken.append(each)
        else:
            skipped.append(Skipped(path=_printable(each.path), reason=reason))
    limits.check(files=len(taken), tree_bytes=sum(each.size for each in taken), where=where)
    tree: dict[str, FileEntry] = {}
    for each, data in contents(git, taken):
        if hides(data):
            skipped.append(Skipped(path=each.path, reason="it holds one of your keys"))
        else:
            tree[each.path] = FileEntry(blob=put_blob(data), executable=each.executable)
    return Snapshot(tree=tree, skipped=tuple(sorted(skipped, key=lambda each: each.path)))


def _printable(path: str) -> str:
    return path.encode(errors="surrogateescape").decode(errors="backslashreplace")


def contents(git: Git, files: list[Listed]) -> Iterator[tuple[Listed, bytes]]:
    """Read files, some at a time."""
    batch: list[Listed] = []
    size = 0
    for each in files:
        if batch and size + each.size > _AT_ONCE:
            yield from _batch(git, batch)
            batch, size = [], 0
        batch.append(each)
        size += each.size
    if batch:
        yield from _batch(git, batch)


def _batch(git: Git, files: list[Listed]) -> Iterator[tuple[Listed, bytes]]:
    asked = "".join(f"{each.blob}\n" for each in files).encode()
    answer = git.run("cat-file", "--batch", "--buffer", stdin=asked)
    at = 0
    for each in files:
        end = answer.index(b"\n", at)
        header = answer[at:end].split()
        if len(header) != 3 or header[1] != b"blob":
            raise OutsideError(
                f"the repository lacks the content of {each.path!r} ({each.blob}): it is damaged, "
                "or a partial clone; `git fsck` or `git fetch --refetch`, then start again"
            )
        size = int(header[2])
        yield each, answer[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
