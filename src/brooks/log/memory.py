"""A log in memory: for tests, simulations, and whoever wants a run without a file."""

import json
from collections.abc import Iterator, Mapping, Sequence

from brooks.ids import BlobHash, Position
from brooks.log.store import (
    BEGINNING,
    JSON,
    ControlRequest,
    EncodedRecord,
    blob_absent,
    check_continues,
    hash_blob,
)


class MemoryLog:
    """A `LogStore` of plain lists, which ends with its process.

    Since nobody else can see it and memory does not lose power, a flush has nothing to do.
    """

    def __init__(self) -> None:
        self._records: list[EncodedRecord] = []
        self._blobs: dict[BlobHash, bytes] = {}
        self._controls: list[ControlRequest] = []
        self._controls_taken = 0

    def append(self, expected: Position, records: Sequence[EncodedRecord]) -> None:
        check_continues(Position(len(self._records)), expected, records)
        self._records.extend(records)

    def put_blob(self, data: bytes) -> BlobHash:
        blob_hash = hash_blob(data)
        self._blobs.setdefault(blob_hash, data)
        return blob_hash

    def post_control(self, request: Mapping[str, JSON]) -> int:
        """Post a control request as another process would to a file; returns its number."""
        text = json.dumps(request, allow_nan=False)
        number = len(self._controls) + 1
        self._controls.append(ControlRequest(number, json.loads(text)))
        return number

    def take_controls(self) -> list[ControlRequest]:
        taken = self._controls[self._controls_taken :]
        self._controls_taken = len(self._controls)
        return taken

    def flush(self, *, durable: bool) -> None:
        """Do nothing: what is in memory is as durable as it gets."""

    def last_position(self) -> Position:
        return Position(len(self._records))

    def read(
        self, after: Position = BEGINNING, *, limit: int | None = None
    ) -> Iterator[EncodedRecord]:
        return iter(self._records[after : None if limit is None else after + limit])

    def blob(self, blob_hash: BlobHash) -> bytes:
        try:
            return self._blobs[blob_hash]
        except KeyError:
            raise blob_absent(blob_hash, holder="the log in memory") from None

    def has_blob(self, blob_hash: BlobHash) -> bool:
        return blob_hash in self._blobs

    def blob_hashes(self) -> Iterator[BlobHash]:
        return iter(list(self._blobs))

    def close(self) -> None:
        """Do nothing: there is nothing outside to let go of."""


class ForgetfulLog(MemoryLog):
    """A log for a run whose records nobody reads: it keeps blobs alone.

    Nobody need encode a record for it, which is a good part of the work of a simulated run.
    """

    def append(self, expected: Position, records: Sequence[EncodedRecord]) -> None:
        """Do nothing."""
