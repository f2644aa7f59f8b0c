"""What is done about a change that was made from a version which is no longer current.

Where everybody works on a copy of their own, it is merged line by line with what was written since,
as a rebase does. Where that fails, or the team does not want it, the agent is shown what changed
under it and mends its own work.
"""

from collections.abc import Iterable, Sequence
from difflib import unified_diff
from hashlib import sha256
from typing import NamedTuple

from msgspec.structs import replace

from brooks.core import commands, events
from brooks.core.facts import FileChange, RefusalReason
from brooks.core.team_rules import Consistency
from brooks.ids import BlobHash
from brooks.runtime.link import Answer, Ask, Question
from brooks.runtime.order import Tree
from brooks.workspace.three_way import merge

MOST_SHOWN = 6_000
"""Characters of the differences that an agent is shown."""


class Written(NamedTuple):
    """A file as an agent wrote it."""

    path: str
    data: bytes | None
    base: int
    executable: bool


class Reconciled(NamedTuple):
    """What came of merging some files with their current versions."""

    files: tuple[Written, ...]
    """As they are to be proposed now; empty where not all could be merged."""
    conflicts: str
    """The files in which both changed the same lines, with marks around them; empty where all is well."""

    def changes(self) -> tuple[FileChange, ...]:
        """The files as the log keeps them."""
        return tuple(
            FileChange(
                path=file.path,
                blob=None if file.data is None else BlobHash(sha256(file.data).hexdigest()),
                base=file.base,
                executable=file.executable,
            )
            for file in self.files
        )


def reconcile(tree: Tree, written: Iterable[Written]) -> Reconciled:
    """Merge what an agent wrote with what is there now."""
    merged: list[Written] = []
    conflicts: list[str] = []
    for file in written:
        latest = len(tree.versions(file.path))
        result = merge(
            _content(tree, file.path, file.base), file.data, _content(tree, file.path, latest)
        )
        if result.clean:
            merged.append(file._replace(data=result.content, base=latest))
        else:
            shown = (result.content or b"").decode("utf-8", "replace")
            conflicts.append(f"{file.path}:\n{_cut(shown)}")
    return Reconciled(() if conflicts else tuple(merged), "\n".join(conflicts))


def propose_again(
    tree: Tree, consistency: Consistency, question: Question, answer: Answer
) -> Question | None:
    """What an agent that has gone on meanwhile sends when its change turns out to be overtaken."""
    if consistency is not Consistency.ISOLATED or not isinstance(question, Ask):
        return None
    command = question.commands[0]
    refused = answer[0].event if isinstance(answer, tuple) and answer else None
    if not isinstance(command, commands.Propose) or not isinstance(refused, events.Refused):
        return None
    if refused.reason is not RefusalReason.STALE_WRITE:
        return None
    contents = {BlobHash(sha256(data).hexdigest()): data for data in question.blobs}
    written = [
        Written(
            change.path,
            None if change.blob is None else contents[change.blob],
            change.base,
            change.executable,
        )
        for change in command.changes
    ]
    stale = set(refused.detail.split(", "))
    result = reconcile(tree, [file for file in written if file.path in stale])
    if not result.files:
        return None
    others = [change for change in command.changes if change.path not in stale]
    blobs = [file.data for file in result.files if file.data is not None]
    again = replace(command, changes=(*others, *result.changes()))
    return Ask(commands=(again,), blobs=(*question.blobs, *blobs))


def difference(tree: Tree, written: Sequence[Written]) -> str:
    """What was changed by others in the files that an agent wrote, since the versions it wrote from."""
    lines: list[str] = []
    for file in written:
        before = _lines(_content(tree, file.path, file.base))
        after = _lines(_content(tree, file.path, len(tree.versions(file.path))))
        lines += unified_diff(
            before, after, f"{file.path} (yours began here)", f"{file.path} (now)", lineterm=""
        )
    return _cut("\n".join(lines))


def _content(tree: Tree, path: str, version: int) -> bytes | None:
    versions = tree.versions(path)
    if not 0 < version <= len(versions):
        return None
    blob = versions[version - 1].blob
    return None if blob is None else tree.blob(blob)


def _lines(data: bytes | None) -> list[str]:
    return [] if data is None else data.decode("utf-8", "replace").splitlines()


def _cut(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}\n… cut"
