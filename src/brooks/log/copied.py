"""A log that is kept in two places, so that the loss of one disk loses nothing.

Both are whole logs. Every commit goes to the first place and then to the second, and returns when both
have it; so whatever was acted on is in both, and the two differ by one transaction at most. The next
writer brings the one up that is behind. Reads, control requests and the lock that keeps a second
writer out are the first's.

A second place that fails ends the run as a first one does: nobody has been told of what is not in both.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from brooks.core.events import RunResumed
from brooks.errors import UsageError
from brooks.ids import BlobHash, Position
from brooks.log.sqlite import SqliteLog
from brooks.log.store import BEGINNING, ControlRequest, EncodedRecord, LogReader, LogStore

_AT_ONCE = 1000
"""Records or contents between two commits while a log is brought up."""


class CopiedLog:
    """A `LogStore` in two places."""

    def __init__(self, first: SqliteLog, second: SqliteLog) -> None:
        """Bring the log up that is behind, and keep them together from now on.

        Raises:
            UsageError: They are not logs of the same run, or both went on alone.
        """
        _refuse_parted(first, second)
        _bring_up(first, second)
        _bring_up(second, first)
        self._first = first
        self._second = second

    @property
    def epoch(self) -> int:
        """How many writers the run has had, this one counted."""
        return max(self._first.epoch, self._second.epoch)

    def append(self, expected: Position, records: Sequence[EncodedRecord]) -> None:
        self._first.append(expected, records)
        self._second.append(expected, records)

    def put_blob(self, data: bytes) -> BlobHash:
        self._second.put_blob(data)
        return self._first.put_blob(data)

    def take_controls(self) -> list[ControlRequest]:
        return self._first.take_controls()

    def flush(self, *, durable: bool) -> None:
        self._first.flush(durable=durable)
        self._second.flush(durable=durable)

    def last_position(self) -> Position:
        return self._first.last_position()

    def read(
        self, after: Position = BEGINNING, *, limit: int | None = None
    ) -> Iterator[EncodedRecord]:
        return self._first.read(after, limit=limit)

    def blob(self, blob_hash: BlobHash) -> bytes:
        return self._first.blob(blob_hash)

    def has_blob(self, blob_hash: BlobHash) -> bool:
        return self._first.has_blob(blob_hash)

    def blob_hashes(self) -> Iterator[BlobHash]:
        return self._first.blob_hashes()

    def close(self) -> None:
        """Close both."""
        try:
            self._first.close()
        finally:
            self._second.close()


def _refuse_parted(first: LogReader, second: LogReader) -> None:
    """The last record that both have must be the same, and the first too."""
    common = min(first.last_position(), second.last_position())
    for position in (1, common):
        after = Position(position - 1)
        if common and next(first.read(after, limit=1)) != next(second.read(after, limit=1)):
            raise UsageError(
                f"the log and its copy differ at position {position}: they are of two runs, or the "
                "copy was resumed by itself; name another place with --log-copy"
            )
    if common and any(
        each.kind.partition("@")[0] == RunResumed.__name__ for each in second.read(common)
    ):
        raise UsageError(
            "the copy of the log was resumed by itself and went on: it is the run now, so name the "
            "folder of runs that it is in with --runs-dir"
        )


def _bring_up(behind: LogStore, ahead: LogReader) -> None:
    """Give a log what another has and it has not: contents before the records that name them."""
    if behind.last_position() >= ahead.last_position():
        return
    missing = (one for one in ahead.blob_hashes() if not behind.has_blob(one))
    while some := list(islice(missing, _AT_ONCE)):
        for blob_hash in some:
            behind.put_blob(ahead.blob(blob_hash))
        behind.flush(durable=False)
    while records := list(ahead.read(behind.last_position(), limit=_AT_ONCE)):
        behind.append(behind.last_position(), records)
        behind.flush(durable=True)
