"""Another process asks something of a run: once, in order, and without getting in the way."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from shutil import copyfile
from subprocess import Popen

import pytest

from brooks.errors import OutsideError
from brooks.ids import Position
from brooks.log.control import post
from brooks.log.sqlite import SqliteLog
from brooks.log.store import EncodedRecord

MakeRecords = Callable[[int, int], list[EncodedRecord]]
StartPython = Callable[..., Popen[str]]

POST_THREE = """
import sys
from pathlib import Path
from brooks.log.control import post
for number in range(3):
    print(post(Path(sys.argv[1]), {"ask": "pause", "number": number}), flush=True)
"""

STAY_IN_THE_MIDDLE_OF_POSTING = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
connection.execute("INSERT INTO control (request) VALUES ('{}')")
print("in the middle", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.sqlite"


@pytest.fixture
def log(path: Path) -> Iterator[SqliteLog]:
    with closing(SqliteLog.create(path)) as log:
        yield log


def crashed_copy(path: Path, *, name: str) -> Path:
    """The log at `path` as a killed writer would leave it now."""
    copy = path.with_name(name)
    copyfile(path, copy)
    copyfile(path.with_name(f"{path.name}-wal"), path.with_name(f"{name}-wal"))
    return copy


@pytest.mark.slow
def test_requests_of_another_process_reach_a_running_writer(
    path: Path, log: SqliteLog, make_records: MakeRecords, start_python: StartPython
) -> None:
    """The writer has an open transaction all the while, which must keep nobody out."""
    log.append(Position(0), make_records(0, 3))

    other = start_python(POST_THREE, path)
    printed, _ = other.communicate()

    assert other.returncode == 0
    assert [control.request["number"] for control in log.take_controls()] == [0, 1, 2]
    assert printed.split() == ["1", "2", "3"]
    log.flush(durable=True)
    assert list(log.read()) == make_records(0, 3)


def test_a_request_waits_for_a_run_that_nobody_writes(path: Path, log: SqliteLog) -> None:
    """The user cancels a run that crashed; it is cancelled when it is resumed."""
    log.close()
    post(path, {"ask": "cancel"})

    with closing(SqliteLog.open_writer(path)) as resumed:
        taken = resumed.take_controls()

    assert [control.request for control in taken] == [{"ask": "cancel"}]
    assert sorted(file.name for file in path.parent.iterdir()) == ["log.sqlite", "log.sqlite.lock"]


def test_a_request_taken_by_a_lost_transaction_is_handed_out_again(
    path: Path, log: SqliteLog, make_records: MakeRecords
) -> None:
    """The writer crashes after taking: before the commit in one copy, after it in the other."""
    post(path, {"ask": "pause"})
    taken = log.take_controls()
    log.append(Position(0), make_records(0, 1))
    before = crashed_copy(path, name="before")
    log.flush(durable=True)
    after = crashed_copy(path, name="after")

    with closing(SqliteLog.open_writer(before)) as resumed:
        assert resumed.take_controls() == taken
        assert resumed.last_position() == 0
    with closing(SqliteLog.open_writer(after)) as resumed:
        assert resumed.take_controls() == []
        assert resumed.last_position() == 1


def test_taking_alone_is_a_change_to_commit(path: Path, log: SqliteLog) -> None:
    """A request led to no event; it must not come back for ever."""
    post(path, {"ask": "pause"})
    log.take_controls()
    log.flush(durable=False)
    log.close()

    with closing(SqliteLog.open_writer(path)) as resumed:
        assert resumed.take_controls() == []
        assert post(path, {"ask": "cancel"}) == 2


@pytest.mark.slow
def test_a_process_killed_in_the_middle_of_posting_keeps_nobody_waiting(
    path: Path, log: SqliteLog, make_records: MakeRecords, start_python: StartPython
) -> None:
    """Its half request is gone, and the writer need not have patience at all."""
    log._connection.execute("PRAGMA busy_timeout = 0")
    log.append(Position(0), make_records(0, 1))
    other = start_python(STAY_IN_THE_MIDDLE_OF_POSTING, path)
    assert other.stdout is not None
    assert other.stdout.readline() == "in the middle\n"
    with pytest.raises(OutsideError, match="database is locked"):
        log.flush(durable=True)

    other.kill()
    other.wait()
    log.flush(durable=True)

    assert log.take_controls() == []
    assert post(path, {"ask": "pause"}) == 1


@pytest.mark.slow
def test_posting_gives_up_when_a_commit_takes_too_long(
    path: Path, log: SqliteLog, start_python: StartPython
) -> None:
    """Another process was stopped in the middle of its commit."""
    other = start_python(STAY_IN_THE_MIDDLE_OF_POSTING, path)
    assert other.stdout is not None
    other.stdout.readline()

    with pytest.raises(OutsideError, match=r"log\.sqlite'.*locked.*end it if it is stuck"):
        post(path, {"ask": "pause"}, busy_seconds=0.01)


def test_posting_copies_no_pages_into_the_file(
    path: Path, log: SqliteLog, make_records: MakeRecords
) -> None:
    """Only the writer checkpoints: here the wal has far more pages than SQLite's own limit."""
    log.put_blob(bytes(5_000_000))
    log.flush(durable=False)
    size = path.stat().st_size

    post(path, {"ask": "pause"})

    assert path.stat().st_size == size
