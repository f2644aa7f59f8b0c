"""The user's project as a model that drafts tasks sees it: read once, never written.

It is read as a run reads it, so what a run leaves out (`.git`, `.env`, links, huge files, files with
a key in them) is not here either.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from brooks.core.paths import PathIndex
from brooks.core.state import FileVersion
from brooks.ids import BlobHash
from brooks.runtime.prompting.project_notes import notes_on
from brooks.workspace.folder import FolderWorkspace
from brooks.workspace.tree import FileEntry, hash_of

MOST_LISTED = 200
"""Lines of the listing; a project with more files is listed by its folders."""
MOST_OF_README = 6_000
"""Characters that are shown of the README."""

_KEPT = Path(".brooks/kept")


class Repository:
    """All files of a folder at one moment. A `brooks.runtime.order.Tree` of one version."""

    def __init__(
        self, files: Mapping[str, FileEntry], blobs: Mapping[BlobHash, bytes], *, left_out: int = 0
    ) -> None:
        self._files = files
        self._blobs = blobs
        self._index = PathIndex(files)
        self.left_out = left_out
        """How many files and links were not read."""

    @classmethod
    def read(cls, root: Path, *, hides: Callable[[bytes], bool]) -> Self:
        """Read a folder; files that `hides` says yes to are left out.

        Raises:
            UsageError: It is no folder, or too large for a workspace.
            OutsideError: It cannot be read.
        """
        blobs: dict[BlobHash, bytes] = {}

        def put_blob(data: bytes) -> BlobHash:
            name = hash_of(data)
            blobs[name] = data
            return name

        folder = FolderWorkspace(root, kept_in=root / _KEPT, hides=hides)
        snapshot = folder.read_all(put_blob)
        return cls(snapshot.tree, blobs, left_out=len(snapshot.skipped))

    def paths(self, head: int) -> list[str]:
        """Every file, sorted."""
        return sorted(self._files)

    def file(self, path: str, head: int) -> FileVersion | None:
        """A file; None if it is not there."""
        entry = self._files.get(path)
        if entry is None:
            return None
        return FileVersion(0, 0, entry.blob, executable=entry.executable)

    def count(self, head: int) -> int:
        """How many files there are."""
        return len(self._files)

    def versions(self, path: str) -> Sequence[FileVersion]:
        """Nothing is written here, so a file has no versions."""
        return ()

    def clash(self, path: str) -> str | None:
        """What cannot be beside `path` on every system."""
        return self._index.clash(path)

    def blob(self, blob_hash: BlobHash) -> bytes:
        """A content."""
        return self._blobs[blob_hash]

    def notes(self) -> str:
        """The AGENTS.md at the root; empty if there is none."""
        return notes_on((), self, 0)

    def readme(self) -> str:
        """How the README begins; empty if there is none that is text."""
        found = sorted(path for path in self._files if path.lower().partition(".")[0] == "readme")
        for path in found:
            try:
                text = self.blob(self._files[path].blob).decode("utf-8-sig").strip()
            except UnicodeDecodeError:
                continue
            if len(text) > MOST_OF_README:
                left = len(text) - MOST_OF_README
                text = f"{text[:MOST_OF_README]}\n[… {left:,} more characters: read_file of {path}]"
            return text
        return ""

    def overview(self) -> str:
        """The files, or where there are many of them, the folders and how much is in each."""
        paths = self.paths(0)
        lines = paths if len(paths) <= MOST_LISTED else _by_folder(paths)
        more = len(lines) - MOST_LISTED
        shown = lines[:MOST_LISTED]
        return "\n".join([*shown, f"… and {more} more: list_files"] if more > 0 else shown)


def _by_folder(paths: list[str]) -> list[str]:
    """The files of the root, then each folder of the first two levels with the number of files below it."""
    counts: Counter[str] = Counter()
    for path in paths:
        folders = path.split("/")[:-1]
        counts.update("/".join(folders[:depth]) for depth in range(1, min(len(folders), 2) + 1))
    files = [path for path in paths if "/" not in path]
    return [*files, *(f"{folder}/ ({counts[folder]} files)" for folder in sorted(counts))]
