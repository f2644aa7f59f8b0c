"""What every log promises, whatever keeps it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brooks.errors import InternalError
from brooks.ids import BlobHash, Position
from brooks.log.control import post
from brooks.log.copied import CopiedLog
from brooks.log.memory import MemoryLog
from brooks.log.sqlite import SqliteLog
from brooks.log.store import JSON, AppendConflict, EncodedRecord, LogStore

MakeRecords = Callable[[int, int], list[EncodedRecord]]


class Kept(NamedTuple):
    """A log, and how another process would ask something of it."""

    log: LogStore
    post: Callable[[Mapping[str, JSON]], int]


def keep_in_memory(folder: Path) -> Kept:
    log = MemoryLog()
    return Kept(log, log.post_control)


def keep_in_file(folder: Path) -> Kept:
    path = folder / "log.sqlite"
    return Kept(SqliteLog.create(path), lambda request: post(path, request))


def keep_in_two_places(folder: Path) -> Kept:
    path = folder / "log.sqlite"
    copy = SqliteLog.create(folder / "copy.sqlite")
    return Kept(CopiedLog(SqliteLog.create(path), copy), lambda request: post(path, request))


KEEPERS = [keep_in_memory, keep_in_file, keep_in_two_places]


@pytest.fixture(params=KEEPERS)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    kept: Kept = request.param(tmp_path)
    with closing(kept.log):
        yield kept


@pytest.fixture
def log(kept: Kept) -> LogStore:
    return kept.log


def test_new_log_is_empty(log: LogStore) -> None:
    """Nothing was done to the log yet."""
    assert log.last_position() == 0
    assert list(log.read()) == []
    assert list(log.blob_hashes()) == []
    assert log.take_controls() == []


@pytest.mark.parametrize("durable", [None, False, True])
def test_records_come_back_as_they_were_appended(
    log: LogStore, make_records: MakeRecords, durable: bool | None
) -> None:
    """A writer reads its log inside the transaction, and after committing it either way."""
    records = make_records(0, 7)

    log.append(Position(0), records[:3])
    log.append(Position(3), records[3:])
    if durable is not None:
        log.flush(durable=durable)

    assert list(log.read()) == records
    assert log.last_position() == 7


def test_records_may_hold_any_bytes_and_names(log: LogStore) -> None:
    """The log does not read what it keeps."""
    records = [
        EncodedRecord(Position(1), 0.1 + 0.2, Position(0), "Ünïcode ☃", b"\x00\xff not JSON"),
        EncodedRecord(Position(2), 1e300, Position(1), "", b""),
    ]

    log.append(Position(0), records)
    log.flush(durable=True)

    assert list(log.read()) == records
    assert [type(value) for value in next(log.read())] == [int, float, int, str, bytes]


@pytest.mark.parametrize("after", range(7))
@pytest.mark.parametrize("limit", [None, 0, 1, 2, 4, 100])
def test_a_read_starts_behind_a_position_and_stops_at_its_limit(
    log: LogStore, make_records: MakeRecords, after: int, limit: int | None
) -> None:
    """Half of the log is committed and half is in the open transaction."""
    records = make_records(0, 6)
    log.append(Position(0), records[:3])
    log.flush(durable=False)
    log.append(Position(3), records[3:])

    found = list(log.read(Position(after), limit=limit))

    assert found == records[after:][:limit]


def test_a_read_shows_the_log_as_it_was_when_asked(
    log: LogStore, make_records: MakeRecords
) -> None:
    """The writer appends and commits while it goes through what it read."""
    log.append(Position(0), make_records(0, 2))

    reading = log.read()
    first = next(reading)
    log.append(Position(2), make_records(2, 2))
    log.flush(durable=False)

    assert [first.position, *(record.position for record in reading)] == [1, 2]


@pytest.mark.parametrize("expected", [0, 2, 4])
def test_an_append_that_expects_another_end_changes_nothing(
    log: LogStore, make_records: MakeRecords, expected: int
) -> None:
    """Someone believes that the log ends earlier or later than it does."""
    records = make_records(0, 3)
    log.append(Position(0), records)

    with pytest.raises(AppendConflict, match=rf"ends at position 3.*end at {expected}"):
        log.append(Position(expected), make_records(expected, 1))

    assert list(log.read()) == records


@pytest.mark.parametrize("positions", [[2], [1, 1], [1, 3], [1, 2, 4], [0, 1], [2, 1]])
def test_an_append_whose_records_are_not_consecutive_changes_nothing(
    log: LogStore, make_records: MakeRecords, positions: list[int]
) -> None:
    """A batch for an empty log has a gap, a repetition or a wrong start."""
    (record,) = make_records(0, 1)
    records = [record._replace(position=Position(position)) for position in positions]

    with pytest.raises(AppendConflict, match="its place is"):
        log.append(Position(0), records)

    assert log.last_position() == 0
    assert list(log.read()) == []


def test_an_empty_append_is_no_change(log: LogStore) -> None:
    """A decision led to no events."""
    log.append(Position(0), [])
    log.flush(durable=True)

    assert log.last_position() == 0


def test_a_blob_is_named_by_its_bytes_and_kept_once(log: LogStore) -> None:
    """The same bytes are put in one transaction, in the next, and in one with others."""
    first = log.put_blob(b"bytes")
    log.put_blob(b"bytes")
    log.flush(durable=False)
    log.put_blob(b"bytes")
    second = log.put_blob(b"")

    assert first == sha256(b"bytes").hexdigest()
    assert list(log.blob_hashes()) == [first, second]
    assert log.blob(first) == b"bytes"
    assert log.blob(second) == b""
    log.flush(durable=True)
    assert list(log.blob_hashes()) == [first, second]
    assert log.blob(second) == b""


def test_asking_for_a_blob_that_was_never_put_is_our_error(log: LogStore) -> None:
    """A record names a blob that nobody kept, which the code must not let happen."""
    absent = BlobHash("0" * 64)

    assert not log.has_blob(absent)
    with pytest.raises(InternalError, match="there is no blob '0000"):
        log.blob(absent)


def test_a_control_request_is_taken_once_in_the_order_posted(kept: Kept) -> None:
    """Two requests come before the coordinator looks, one after."""
    requests: list[Mapping[str, JSON]] = [
        {"ask": "pause"},
        {"ask": "requeue", "tasks": ["a", "ü"], "after": 1.5, "force": None},
        {"ask": "cancel"},
    ]

    numbers = [kept.post(requests[0]), kept.post(requests[1])]
    taken = kept.log.take_controls()
    numbers.append(kept.post(requests[2]))
    taken += kept.log.take_controls()
    kept.log.flush(durable=True)
    taken += kept.log.take_controls()

    assert taken == list(zip(numbers, requests, strict=True))
    assert numbers == sorted(set(numbers))


def test_a_request_that_json_cannot_carry_is_not_posted(kept: Kept) -> None:
    """The caller's mistake shows where it was made."""
    with pytest.raises(ValueError, match="JSON"):
        kept.post({"at": float("nan")})

    assert kept.log.take_controls() == []


def test_flushing_and_closing_again_do_nothing(log: LogStore, make_records: MakeRecords) -> None:
    """The shell closes on every path out, and flushes in doubt."""
    log.flush(durable=True)
    log.append(Position(0), make_records(0, 1))
    log.flush(durable=False)
    log.flush(durable=True)
    log.flush(durable=True)

    log.close()
    log.close()


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(0, 5)),
        st.tuples(st.just("blob"), st.binary(max_size=3)),
        st.tuples(st.just("flush"), st.booleans()),
        st.tuples(st.just("post"), st.dictionaries(st.text(max_size=2), st.integers(), max_size=2)),
        st.tuples(st.just("take"), st.none()),
        st.tuples(st.just("read"), st.tuples(st.integers(0, 6), st.none() | st.integers(0, 6))),
    ),
    max_size=25,
)


@pytest.mark.slow
@pytest.mark.parametrize("keep", KEEPERS)
@given(steps=STEPS)
def test_any_use_agrees_with_plain_lists(
    keep: Callable[[Path], Kept], steps: list[tuple[str, Any]]
) -> None:
    """Records, blobs and requests come in any order, with commits anywhere between."""
    records: list[EncodedRecord] = []
    blobs: dict[str, bytes] = {}
    posted: list[object] = []
    taken: list[object] = []
    with TemporaryDirectory() as folder:
        log, ask = keep(Path(folder))
        with closing(log):
            for step in steps:
                match step:
                    case "append", int(count):
                        end = len(records)
                        batch = [
                            EncodedRecord(
                                Position(end + n), n / 3, Position(end), f"kind-{n}", b"x"
                            )
                            for n in range(1, count + 1)
                        ]
                        log.append(Position(end), batch)
                        records += batch
                    case "blob", bytes(data):
                        blobs[log.put_blob(data)] = data
                    case "flush", bool(durable):
                        log.flush(durable=durable)
                    case "post", dict(request):
                        ask(request)
                        posted.append(request)
                    case "take", _:
                        taken += [control.request for control in log.take_controls()]
                        assert taken == posted
                    case "read", (int(after), limit):
                        found = list(log.read(Position(after), limit=limit))
                        assert found == records[after:][:limit]
                    case _:
                        pytest.fail(f"no such step: {step!r}")
                assert log.last_position() == len(records)
            assert list(log.read()) == records
            assert {name: log.blob(name) for name in log.blob_hashes()} == blobs
            assert list(log.blob_hashes()) == list(blobs)
