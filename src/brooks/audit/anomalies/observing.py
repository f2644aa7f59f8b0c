"""The anomalies of a run, counted, each with the first that shows it.

- A *lost update*: a merged change of a file made from a version older than the one it replaced.
- A *stale read*: a merged change whose agent had read a version of another file that was no longer
  current when the change was merged.
- *Write skew*: two merged changes that wrote different files, each of which had read a version of a
  file that the other then replaced (G2-item over a pair; Berenson and others 1995, A5B).
- *Read skew*: a circle of dependencies with one stale read in it and otherwise only writes that
  were read or written over (G-single, Adya 1999): a change was made of the old of one file and
  the new of another, which were written together or one after the other.
- A *serialization cycle*: any other circle, with several reads of versions that were replaced (G2).

Circles are counted by the pair that closes them: a commit, and the earlier one that had replaced
what it read. A lost update is a circle too, and counted as that alone.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from brooks.audit.anomalies.dependencies import Dependencies
from brooks.audit.anomalies.transactions import Transaction, transactions
from brooks.core.events import Record
from brooks.core.message import Message
from brooks.ids import Position


class Anomaly(StrEnum):
    """What can be observed."""

    LOST_UPDATE = "lost_update"
    STALE_READ = "stale_read"
    WRITE_SKEW = "write_skew"
    READ_SKEW = "read_skew"
    SERIALIZATION_CYCLE = "serialization_cycle"


class Observation(Message, frozen=True, kw_only=True):
    """How often one anomaly was seen."""

    anomaly: Anomaly
    count: int | None
    """None where nobody could look."""
    witness: tuple[Position, ...] = ()
    """Positions of the records that show the first, in order."""
    explanation: str
    """One sentence about the first, for a person."""


class _Sight(Message, frozen=True, kw_only=True):
    """One anomaly that was seen."""

    anomaly: Anomaly
    witness: tuple[Position, ...]
    sentence: str


def observe(records: Sequence[Record]) -> tuple[Observation, ...]:
    """Every anomaly, those that were not seen with a count of 0."""
    try:
        sights = list(_sights(transactions(records)))
    except Exception as error:  # noqa: BLE001 - a count that failed must not take the verdicts with it
        reason = f"the count failed: {type(error).__name__}: {error}"
        return tuple(_unseen(anomaly, None, reason) for anomaly in Anomaly)
    return tuple(_counted(anomaly, sights) for anomaly in Anomaly)


def _counted(anomaly: Anomaly, sights: Sequence[_Sight]) -> Observation:
    of_this = [sight for sight in sights if sight.anomaly is anomaly]
    if not of_this:
        return _unseen(anomaly, 0, "none was seen")
    return Observation(
        anomaly=anomaly,
        count=len(of_this),
        witness=of_this[0].witness,
        explanation=of_this[0].sentence,
    )


def _unseen(anomaly: Anomaly, count: int | None, explanation: str) -> Observation:
    return Observation(anomaly=anomaly, count=count, explanation=explanation)


def _sights(commits: Sequence[Transaction]) -> Iterator[_Sight]:
    dependencies = Dependencies(commits)
    for commit in commits:
        yield from _lost(dependencies, commit)
        yield from _stale(commit)
        yield from _circles(dependencies, commit)


def _lost(dependencies: Dependencies, commit: Transaction) -> Iterator[_Sight]:
    replaced = dict(dependencies.overtaken(commit))
    for path, base in commit.bases.items():
        version = commit.found[path]
        if base < version:
            between = [replaced[path]] if path in replaced else []
            yield _sight(
                Anomaly.LOST_UPDATE,
                [*between, commit],
                f"{commit.name} wrote {path!r} from version {base} over version {version}",
            )


def _stale(commit: Transaction) -> Iterator[_Sight]:
    old = [path for path, version in commit.reads.items() if version < commit.found[path]]
    if old:
        path = old[0]
        yield _sight(
            Anomaly.STALE_READ,
            [commit],
            f"{commit.name} was made after reading {path!r} at version {commit.reads[path]}, and "
            f"merged when it was at version {commit.found[path]}",
        )


def _circles(dependencies: Dependencies, commit: Transaction) -> Iterator[_Sight]:
    overtaken: dict[int, tuple[str, Transaction]] = {}
    lost_to = set[int]()
    for path, writer in dependencies.overtaken(commit):
        overtaken.setdefault(writer.number, (path, writer))
        if path in commit.bases:
            lost_to.add(writer.number)
    for number, (path, writer) in overtaken.items():
        if number not in lost_to:
            yield from _circle(dependencies, commit, path, writer)


def _circle(
    dependencies: Dependencies, commit: Transaction, path: str, writer: Transaction
) -> Iterator[_Sight]:
    """What a read that `writer` made stale closes, if it closes a circle."""
    read = f"{commit.name} read {path!r} before {writer.name} replaced it"
    way = dependencies.way(writer, commit, certain=True)
    if way is not None:
        yield _sight(Anomaly.READ_SKEW, way, f"{read}, and then built on {_chain(way)}")
        return
    disjoint = not commit.writes.keys() & writer.writes.keys()
    if disjoint and dependencies.replaces_read(commit, writer):
        sentence = f"{read}, and {commit.name} replaced what {writer.name} had read"
        yield _sight(Anomaly.WRITE_SKEW, [writer, commit], sentence)
        return
    way = dependencies.way(writer, commit, certain=False)
    if way is not None:
        sentence = f"{read}, and by way of {_chain(way)} had to come after it all the same"
        yield _sight(Anomaly.SERIALIZATION_CYCLE, way, sentence)


def _chain(way: Sequence[Transaction]) -> str:
    """The commits before the last one, the nearest first."""
    return ", ".join(commit.name for commit in reversed(way[:-1]))


def _sight(anomaly: Anomaly, commits: Sequence[Transaction], sentence: str) -> _Sight:
    positions = {commit.merged for commit in commits} | {commits[-1].queued}
    return _Sight(anomaly=anomaly, witness=tuple(sorted(positions)), sentence=sentence)
