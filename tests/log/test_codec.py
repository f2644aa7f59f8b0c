"""Every event there is, to bytes and back; older versions; newer ones; damage; and old logs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import inspect
from tests.histories.record import what_it_folds_to

from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.spec import Budget
from brooks.errors import OutsideError, UsageError
from brooks.ids import Position
from brooks.log.codec import EVENT_TYPES, EVENT_VERSIONS, UPCASTS, Codec
from brooks.log.store import EncodedRecord

KINDS: list[type[Event]] = list(get_args(events.Event))

HISTORIES = sorted((Path(__file__).resolve().parents[1] / "histories").glob("*.jsonl"))

FEWER = settings(max_examples=settings().max_examples // 3)
"""There are many kinds of events, and each is tried so often."""

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
"""Any text but halves of characters, which no log holds."""


def values(kind: inspect.Type) -> st.SearchStrategy[Any]:
    """Any value of a type that an event may hold."""
    match kind:
        case inspect.StrType():
            return TEXT
        case inspect.BoolType():
            return st.booleans()
        case inspect.IntType():
            return st.integers(-(2**53), 2**53)
        case inspect.FloatType():
            return st.floats(allow_nan=False, allow_infinity=False)
        case inspect.NoneType():
            return st.none()
        case inspect.EnumType(cls=members):
            return st.sampled_from(list(members))
        case inspect.LiteralType(values=literals):
            return st.sampled_from(list(literals))
        case inspect.VarTupleType(item_type=item):
            return st.lists(values(item), max_size=3).map(tuple)
        case inspect.UnionType(types=options):
            return st.one_of([values(option) for option in options])
        case inspect.StructType(cls=made, fields=fields):
            return st.builds(made, **{field.name: values(field.type) for field in fields})
        case _:
            raise AssertionError(f"no values are known for {kind!r}: add them here")


def records(kind: type[Event]) -> st.SearchStrategy[Record]:
    """Any record of a kind of event."""
    place = st.integers(0, 2**53)
    time = st.floats(0, 1e12, allow_nan=False)
    return st.builds(Record, place, time, place, values(inspect.type_info(kind)))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@FEWER
@given(data=st.data())
def test_a_record_comes_back_as_it_was(kind: type[Event], data: st.DataObject) -> None:
    """Whatever the event holds, as a row of the log and as a line of an exported one."""
    codec = Codec()
    record = data.draw(records(kind))

    row = codec.encode(record)

    assert codec.decode(row) == record
    assert codec.parse_line(codec.line(row)) == row
    assert b"\n" not in codec.line(row)
    assert codec.encode(codec.decode(row)) == row


def test_every_event_has_a_name_of_its_own() -> None:
    """The name in the log is the name in the code."""
    assert {kind.__name__: kind for kind in KINDS} == EVENT_TYPES


def test_every_older_version_has_a_way_up() -> None:
    """From the first version of each event to the current one, without a gap."""
    wanted = {
        (name, version) for name, current in EVENT_VERSIONS.items() for version in range(1, current)
    }

    assert set(UPCASTS) == wanted
    assert set(EVENT_VERSIONS) <= set(EVENT_TYPES)


def row(kind: str, data: bytes) -> EncodedRecord:
    """A row as it may stand in a log."""
    return EncodedRecord(Position(7), 1.5, Position(3), kind, data)


@pytest.mark.parametrize("kind", ["TaskTeleported", "TaskDone@99", "TaskReady@2", "", "@3"])
def test_what_a_newer_program_wrote_is_the_users_affair(kind: str) -> None:
    """An unknown event, or a version that is not known yet: the message says to upgrade."""
    with pytest.raises(UsageError, match="newer") as caught:
        Codec().decode(row(kind, b'{"task":"a"}'))

    assert "record 7" in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        b'{"task":7}',
        b'{"task":null}',
        b'{"task":"\xff"}',
        b'{"task":"\\ud800"}',
        b'{"task":"a"}{"task":"b"}',
        b"\x00" * 64,
        b"[" * 100_000,
    ],
)
def test_damaged_bytes_are_said_to_be_damaged(data: bytes) -> None:
    """The disk gave back something else than was written."""
    with pytest.raises(OutsideError, match=r"record 7 \('TaskReady'\) is damaged") as caught:
        Codec().decode(row("TaskReady", data))

    assert caught.value.exit_code == 4


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@FEWER
@given(data=st.data())
def test_bytes_cut_short_are_never_taken_for_an_event(
    kind: type[Event], data: st.DataObject
) -> None:
    """A torn write leaves the beginning of a record."""
    codec = Codec()
    whole = codec.encode(data.draw(records(kind)))
    length = data.draw(st.integers(0, len(whole.data) - 1))

    with pytest.raises(OutsideError):
        codec.decode(whole._replace(data=whole.data[:length]))


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"not json",
        b'{"position":1}',
        b'{"position":"1","time":0,"cause":0,"kind":"x","event":{}}',
    ],
)
def test_a_line_that_is_none_is_an_error_and_not_a_guess(line: bytes) -> None:
    """Somebody imports a file that is no exported log."""
    with pytest.raises((OutsideError, UsageError, msgspec.DecodeError)):
        Codec().parse_line(line)


def test_a_field_added_with_a_default_needs_no_version() -> None:
    """An older program did not write the field; it has its default."""
    old = row("RunFinished", b'{"outcome":"done","reason":"","done":1,"verified":1,"total":1}')
    missing = row("TurnStarted", _without("TurnStarted", "round"))

    assert isinstance(Codec().decode(old).event, events.RunFinished)
    started = Codec().decode(missing).event
    assert isinstance(started, events.TurnStarted)
    assert started.round == 0


def test_a_field_that_this_program_does_not_know_is_ignored() -> None:
    """A newer program added a field with a default, which needs no new version."""
    decoded = Codec().decode(row("TaskReady", b'{"task":"a","colour":"red"}'))

    assert decoded.event == events.TaskReady(task="a")  # type: ignore[arg-type]


def _without(kind: str, field: str) -> bytes:
    fields = {
        "turn": "turn-1", "agent": "agent-1", "tasks": ["a"], "fence": 1, "head": 0,
        "deadline": 9.0, "round": 4,
    }  # fmt: skip
    assert kind == "TurnStarted"
    del fields[field]
    return msgspec.json.encode(fields)


def named_differently(fields: dict[str, Any]) -> dict[str, Any]:
    """From a first version, in which the task was called `name`."""
    return {"task": fields["name"]}


def doubled(fields: dict[str, Any]) -> dict[str, Any]:
    """From a second version, in which the name was written twice."""
    half = len(fields["task"]) // 2
    return {"task": fields["task"][:half]}


@pytest.fixture
def third_version() -> Codec:
    """A codec of a program in which `TaskReady` is at its third version."""
    steps: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {
        ("TaskReady", 1): lambda fields: {"task": named_differently(fields)["task"] * 2},
        ("TaskReady", 2): doubled,
    }
    return Codec(versions={"TaskReady": 3}, upcasts=steps)


def test_older_versions_are_brought_up_step_by_step(third_version: Codec) -> None:
    """Records of three versions stand in one log: it was resumed by newer programs."""
    rows = [
        row("TaskReady", b'{"name":"a"}'),
        row("TaskReady@2", b'{"task":"aa"}'),
        row("TaskReady@3", b'{"task":"a"}'),
    ]

    found = [decoded.event for decoded in third_version.decode_all(rows)]

    assert found == [events.TaskReady(task="a")] * 3  # type: ignore[arg-type]


def test_a_new_record_names_its_version(third_version: Codec) -> None:
    """What is written now is of the current version."""
    record = Record(Position(1), 0.0, Position(0), events.TaskReady(task="a"))  # type: ignore[arg-type]

    assert third_version.encode(record).kind == "TaskReady@3"
    assert third_version.decode(third_version.encode(record)) == record


@pytest.mark.parametrize("data", [b"{}", b"[]", b"{", b'{"name":7}', b"null"])
def test_damage_in_an_older_version_is_damage(third_version: Codec, data: bytes) -> None:
    """The way up meets fields that are not there."""
    with pytest.raises(OutsideError, match="damaged"):
        third_version.decode(row("TaskReady", data))


def test_a_later_version_than_the_current_one_is_from_a_newer_program(third_version: Codec) -> None:
    """The log was resumed by a program with a fourth version."""
    with pytest.raises(UsageError, match="newer"):
        third_version.decode(row("TaskReady@4", b"{}"))


def test_a_version_that_is_no_number_is_damage(third_version: Codec) -> None:
    """Nobody wrote that."""
    with pytest.raises((OutsideError, UsageError)):
        third_version.decode(row("TaskReady@x", b"{}"))


@pytest.mark.parametrize(
    ("limits", "budget"),
    [
        (b'"turn_budget":7,"seconds_budget":60.5', Budget(turns=7, seconds=60.5)),
        (b'"turn_budget":null,"seconds_budget":60', Budget(seconds=60.0)),
        (b'"epoch":2', Budget()),
    ],
)
def test_the_two_limits_of_a_first_version_become_a_budget(limits: bytes, budget: Budget) -> None:
    """A run was begun and resumed by a program that had a field for each limit."""
    start = (
        b'{"spec":"s","seed":1,"brooks":"0.1","guarantees":{},"attempts":3,"lost_leases":20,'
        b'"lease_seconds":30.0,"turn_seconds":60.0,"project_check":true,' + limits + b"}"
    )
    again = b'{"epoch":2,"revoked":[1],"in_flight":[],' + limits + b"}"

    started = Codec().decode(row("RunStarted", start)).event
    resumed = Codec().decode(row("RunResumed", again)).event

    assert isinstance(started, events.RunStarted)
    assert isinstance(resumed, events.RunResumed)
    assert started.budget == resumed.budget == budget
    assert (started.project_check, started.found_tasks) == (True, 0)
    assert (resumed.epoch, resumed.revoked) == (2, (1,))


def test_what_is_begun_and_resumed_now_is_of_the_second_version() -> None:
    """A program of the first would not see the budget, and is told to upgrade."""
    resumed = events.RunResumed(epoch=2, revoked=(), in_flight=(), budget=Budget(dollars=1.5))
    record = Record(Position(4), 0.0, Position(0), resumed)

    encoded = Codec().encode(record)

    assert encoded.kind == "RunResumed@2"
    assert Codec().decode(encoded) == record


def test_there_are_old_logs() -> None:
    """The next test would pass without any."""
    assert HISTORIES


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
def test_an_old_log_replays_for_ever(path: Path) -> None:
    """A log that an earlier version wrote folds to the state that its last line tells of."""
    codec = Codec()
    lines = path.read_bytes().splitlines()
    expected = msgspec.json.decode((path.with_suffix(".expected.json")).read_bytes())

    history = [codec.decode(codec.parse_line(line)) for line in lines]

    found = what_it_folds_to(history)
    known = expected["summary"]
    assert {**found, "summary": {key: found["summary"][key] for key in known}} == expected
