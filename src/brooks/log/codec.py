"""Events to bytes and back, for every version of every event there ever was.

A record's `kind` names its event and, from the second version on, its version: `TaskDone`,
`TaskDone@2`. The version travels with each record and not with the log, because a resumed run may
have been begun by an older program. Reading an older version goes through its `Upcast`: from the
fields as they were to the fields as they are now. A field that gets a default needs none of this.

Old logs are kept as test data in `tests/histories` and must replay for ever.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, get_args

import msgspec

from brooks.core import events
from brooks.core.events import Event, Record
from brooks.errors import OutsideError, UsageError
from brooks.ids import Position
from brooks.log.store import EncodedRecord

EVENT_TYPES: Mapping[str, type[Event]] = {kind.__name__: kind for kind in get_args(events.Event)}
"""Every event by its name in the log."""

EVENT_VERSIONS: dict[str, int] = {"RunStarted": 2, "RunResumed": 2}
"""Current version of each event; 1 where absent."""

Upcast = Callable[[dict[str, Any]], dict[str, Any]]


def _gather_budget(fields: dict[str, Any]) -> dict[str, Any]:
    """Version 1 had a field for each of its two limits."""
    turns, seconds = fields.pop("turn_budget", None), fields.pop("seconds_budget", None)
    return {**fields, "budget": {"turns": turns, "seconds": seconds}}


UPCASTS: Mapping[tuple[str, int], Upcast] = {
    ("RunStarted", 1): _gather_budget,
    ("RunResumed", 1): _gather_budget,
}
"""From (event, version) to the fields of the next version."""


class Codec:
    """Encodes records of the current version and decodes those of all versions."""

    def __init__(
        self,
        *,
        versions: Mapping[str, int] = EVENT_VERSIONS,
        upcasts: Mapping[tuple[str, int], Upcast] = UPCASTS,
    ) -> None:
        self._encode = msgspec.json.Encoder(order="deterministic").encode
        self._versions = versions
        self._upcasts = upcasts
        self._kinds, self._decoders = _tables(tuple(versions.items()))

    def encode(self, record: Record) -> EncodedRecord:
        """The record as the log stores it."""
        position, time, cause, event = record
        return EncodedRecord(position, time, cause, self._kinds[type(event)], self._encode(event))

    def decode(self, row: EncodedRecord) -> Record:
        """The record that was stored.

        Raises:
            UsageError: for an event that a newer program wrote.
            OutsideError: for bytes that are not the event they say they are.
        """
        decode = self._decoders.get(row.kind)
        try:
            event = decode(row.data) if decode is not None else self._decode_older(row)
        except (msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
            message = f"record {row.position} ({row.kind!r}) is damaged: {error}"
            raise OutsideError(message) from error
        return Record(row.position, row.time, row.cause, event)

    def decode_all(self, rows: Iterable[EncodedRecord]) -> Iterator[Record]:
        """Every record in turn."""
        return map(self.decode, rows)

    def _decode_older(self, row: EncodedRecord) -> Event:
        name, _, number = row.kind.partition("@")
        version = int(number or 1)
        current = self._versions.get(name, 1)
        if name not in EVENT_TYPES or version > current:
            message = (
                f"record {row.position} is a {row.kind!r}, which this version of Brooks does not know: "
                "the log was written by a newer one; upgrade Brooks to read it"
            )
            raise UsageError(message)
        fields: dict[str, Any] = msgspec.json.decode(row.data)
        for step in range(version, current):
            fields = self._upcasts[name, step](fields)
        return msgspec.convert(fields, EVENT_TYPES[name])

    def line(self, row: EncodedRecord) -> bytes:
        """The record as one line of an exported log, without the line's end."""
        return self._encode(
            {
                "position": row.position,
                "time": row.time,
                "cause": row.cause,
                "kind": row.kind,
                "event": msgspec.Raw(row.data),
            }
        )

    def parse_line(self, line: bytes) -> EncodedRecord:
        """The record that an exported line holds."""
        fields = msgspec.json.decode(line, type=_Line)
        return EncodedRecord(
            Position(fields.position),
            fields.time,
            Position(fields.cause),
            fields.kind,
            bytes(fields.event),
        )


class _Line(msgspec.Struct):
    position: int
    time: float
    cause: int
    kind: str
    event: msgspec.Raw


@lru_cache(maxsize=4)
def _tables(
    versions: tuple[tuple[str, int], ...],
) -> tuple[Mapping[type[Event], str], Mapping[str, Callable[[bytes], Event]]]:
    """What each event is called, and what decodes each of those names."""
    names = {name: _kind(name, dict(versions)) for name in EVENT_TYPES}
    kinds = {kind: names[name] for name, kind in EVENT_TYPES.items()}
    decoders = {
        names[name]: msgspec.json.Decoder(kind).decode for name, kind in EVENT_TYPES.items()
    }
    return kinds, decoders


def _kind(name: str, versions: Mapping[str, int]) -> str:
    version = versions.get(name, 1)
    return name if version == 1 else f"{name}@{version}"
