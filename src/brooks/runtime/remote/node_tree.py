"""The run's files as a machine that is not the coordinator's sees them.

The coordinator tells which versions came with each commit before it tells anything that rests on
them; contents come when they are first read, and stay.
"""

from collections.abc import Callable, Sequence

from brooks.core.paths import PathIndex
from brooks.core.state import FileVersion
from brooks.ids import BlobHash


class NodeTree:
    """A worker's `Tree`, kept up by news from the coordinator."""

    def __init__(self, read: Callable[[BlobHash], bytes]) -> None:
        self._read = read
        self._history: dict[str, list[FileVersion]] = {}
        self._paths = PathIndex()
        self._there: set[str] = set()
        self.commits = 0

    def learn(self, commits: int, versions: Sequence[tuple[str, FileVersion]]) -> None:
        """Take in the versions that came with the commits up to this one."""
        for path, version in versions:
            self._history.setdefault(path, []).append(version)
            if version.blob is not None and path not in self._there:
                self._there.add(path)
                self._paths.add(path)
            elif version.blob is None and path in self._there:
                self._there.remove(path)
                self._paths.remove(path)
        self.commits = commits

    def paths(self, head: int) -> list[str]:
        """Paths of all files after `head` commits, sorted."""
        if head >= self.commits:
            return sorted(self._there)
        versions = ((path, self.file(path, head)) for path in self._history)
        return sorted(path for path, there in versions if there and there.blob is not None)

    def file(self, path: str, head: int) -> FileVersion | None:
        """A file after `head` commits."""
        for version in reversed(self._history.get(path, ())):
            if version.commit <= head:
                return version
        return None

    def versions(self, path: str) -> Sequence[FileVersion]:
        """Every version of a file so far."""
        return self._history.get(path, ())

    def count(self, head: int) -> int:
        """How many files there are after `head` commits."""
        return len(self._there) if head >= self.commits else len(self.paths(head))

    def clash(self, path: str) -> str | None:
        """What is in the current tree and cannot be beside `path` on every system."""
        return self._paths.clash(path)

    def blob(self, blob_hash: BlobHash) -> bytes:
        """A content."""
        return self._read(blob_hash)
