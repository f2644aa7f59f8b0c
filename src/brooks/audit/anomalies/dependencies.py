"""Which commit depends on which, and the way from one to another.

The edges are Adya's (1999), as Elle finds them in histories (Kingsbury and Alvaro 2020): from the
writer of a version to the writer of the next (ww) and to those who read it (wr), and from a reader
of a version to the writer of the next (rw, an anti-dependency). A history is serializable if these
edges close no circle.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from brooks.audit.anomalies.transactions import Transaction, Version


class Dependencies:
    """The edges between the commits of a history."""

    def __init__(self, commits: Sequence[Transaction]) -> None:
        self._commits = commits
        self._writers: dict[Version, Transaction] = {
            (path, version): commit for commit in commits for path, version in commit.writes.items()
        }
        self._certain: dict[int, list[int]] = {}
        """ww and wr, by the commits' numbers."""
        self._anti: dict[int, list[int]] = {}
        for commit in commits:
            self._add(commit)

    def _add(self, commit: Transaction) -> None:
        for path, version in commit.seen.items():
            self._edge(self._certain, self._writers.get((path, version)), commit)
            self._edge(self._anti, commit, self._writers.get((path, version + 1)))
        for path, version in commit.writes.items():
            self._edge(self._certain, self._writers.get((path, version - 1)), commit)

    def _edge(
        self, edges: dict[int, list[int]], start: Transaction | None, end: Transaction | None
    ) -> None:
        if start is not None and end is not None and start is not end:
            edges.setdefault(start.number, []).append(end.number)

    def overtaken(self, commit: Transaction) -> Iterator[tuple[str, Transaction]]:
        """Files whose version it read and someone else replaced before it was merged, and by whom."""
        for path, version in commit.seen.items():
            writer = self._writers.get((path, version + 1))
            if writer is not None and writer.number < commit.number:
                yield path, writer

    def replaces_read(self, commit: Transaction, other: Transaction) -> bool:
        """Whether `commit` replaced a version that `other` read."""
        return commit.number in self._anti.get(other.number, ())

    def way(
        self, start: Transaction, end: Transaction, *, certain: bool
    ) -> tuple[Transaction, ...] | None:
        """The shortest way from one commit to another, both included; only by ww and wr if `certain`."""
        graphs = (self._certain,) if certain else (self._certain, self._anti)
        came_from: dict[int, int] = {start.number: start.number}
        to_do = deque([start.number])
        while to_do and end.number not in came_from:
            here = to_do.popleft()
            for graph in graphs:
                for there in graph.get(here, ()):
                    if there not in came_from:
                        came_from[there] = here
                        to_do.append(there)
        return self._back(came_from, end.number) if end.number in came_from else None

    def _back(self, came_from: Mapping[int, int], end: int) -> tuple[Transaction, ...]:
        numbers = [end]
        while came_from[numbers[-1]] != numbers[-1]:
            numbers.append(came_from[numbers[-1]])
        return tuple(self._commits[number] for number in reversed(numbers))
