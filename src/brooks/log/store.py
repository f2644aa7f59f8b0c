"""What a log promises, whatever keeps it.

A log is a list of encoded records, counted from 1 without gaps, and the blobs those records name
by hash. It knows nothing of what the records mean. It has one writer, who works in transactions:
`append`, `put_blob` and `take_controls` belong to the open transaction, `flush` commits it, and
the next call opens the next one. The writer sees its own open transaction at once; everyone else
sees whole committed transactions only. What was not flushed when the log is closed was never
written.

A transaction whose `flush` failed stays open; whether it may be flushed again, the store says.

The one way in for other processes is a control request: posted beside the records, handed to the
writer in the order posted, and taken by the transaction that was open then. If that transaction
is lost, so is the taking, and the next writer is handed the request again; a request therefore
has its effect once.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Final, NamedTuple, Protocol, TypeAlias

from brooks.errors import InternalError, OutsideError
from brooks.ids import BlobHash, Position

JSON: TypeAlias = "str | int | float | bool | Sequence[JSON] | Mapping[str, JSON] | None"
"""A value that JSON can carry."""

BEGINNING: Final = Position(0)
"""The place before the first record."""


class AppendConflict(InternalError):  # noqa: N818 - named for what happened, as an event is
    """An append did not continue the log where the log ends."""


class StaleWriter(OutsideError):  # noqa: N818 - named for what happened, as an event is
    """Another process became the log's writer; this one committed nothing since and never will."""


class EncodedRecord(NamedTuple):
    """One event as the log keeps it."""

    position: Position
    """Its place, from 1 without gaps."""
    time: float
    """Seconds of log time."""
    cause: Position
    """The position that led to it; 0 for none."""
    kind: str
    """The event's name."""
    data: bytes
    """The JSON of the event's fields."""


class ControlRequest(NamedTuple):
    """What another process asked of the run's coordinator."""

    id: int
    """Its number in this log, rising in the order posted."""
    request: Mapping[str, JSON]
    """What was posted."""


class LogReader(Protocol):
    """A view of a log that changes nothing."""

    def last_position(self) -> Position:
        """Return the position of the last record, 0 when there is none."""

    def read(
        self, after: Position = BEGINNING, *, limit: int | None = None
    ) -> Iterator[EncodedRecord]:
        """Return the records behind `after`, at most `limit`, in order and as they are now."""

    def blob(self, blob_hash: BlobHash) -> bytes:
        """Return the bytes with this hash; to ask for some the log lacks is an InternalError."""

    def has_blob(self, blob_hash: BlobHash) -> bool:
        """Whether the log holds these bytes."""

    def blob_hashes(self) -> Iterator[BlobHash]:
        """Return the hashes of all blobs, in the order they were first put."""

    def close(self) -> None:
        """Let go of everything outside; drops what was not flushed. Closing again does nothing."""


class LogStore(LogReader, Protocol):
    """The writer's view of a log."""

    def append(self, expected: Position, records: Sequence[EncodedRecord]) -> None:
        """Put `records` behind position `expected`, in the open transaction.

        Raises AppendConflict, and changes nothing, when the last position is not `expected` or the
        records are not numbered one by one from there.
        """

    def put_blob(self, data: bytes) -> BlobHash:
        """Keep `data` in the open transaction and return its hash; once kept, it stays kept."""

    def take_controls(self) -> list[ControlRequest]:
        """Return the control requests not handed out yet, and take them in the open transaction."""

    def flush(self, *, durable: bool) -> None:
        """Commit the open transaction.

        A durable commit, and everything committed before it, survives the loss of power once this
        returns. Another one may be lost then, with all that came after it, but never in part.
        """


def hash_blob(data: bytes) -> BlobHash:
    """Return the name a log gives to `data`."""
    return BlobHash(sha256(data).hexdigest())


def check_continues(last: Position, expected: Position, records: Sequence[EncodedRecord]) -> None:
    """Raise AppendConflict unless `records` continue a log that ends at `last`."""
    if last != expected:
        raise AppendConflict(
            f"the log ends at position {last!r}, and an append expected it to end at {expected!r}"
        )
    for position, record in enumerate(records, expected + 1):
        if record[0] != position:
            raise AppendConflict(
                f"a {record.kind!r} is numbered {record.position!r}, and its place is {position!r}"
            )


def blob_absent(blob_hash: BlobHash, *, holder: str) -> InternalError:
    """Return the error for a blob that `holder` was asked for and does not hold."""
    return InternalError(f"there is no blob {blob_hash!r} in {holder}")
