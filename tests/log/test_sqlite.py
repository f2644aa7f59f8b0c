"""One writer for each file, clear words when a file is not what it should be, and nothing lost."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from subprocess import Popen

import pytest

import brooks
from brooks.errors import OutsideError, UsageError
from brooks.ids import Position
from brooks.log.control import post
from brooks.log.lock import lock_path, writer_pid
from brooks.log.sqlite import SqliteLog
from brooks.log.store import EncodedRecord, StaleWriter

MakeRecords = Callable[[int, int], list[EncodedRecord]]
StartPython = Callable[..., Popen[str]]

OPENINGS: list[Callable[[Path], object]] = [
    SqliteLog.open_writer,
    SqliteLog.open_reader,
    lambda path: post(path, {}),
]
"""The three ways to come to an existing log."""

HOLD_THE_LOG = """
import sys
from pathlib import Path
from brooks.log.sqlite import SqliteLog
log = SqliteLog.open_writer(Path(sys.argv[1]))
print("holding", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.sqlite"


@pytest.fixture
def log(path: Path) -> Iterator[SqliteLog]:
    with closing(SqliteLog.create(path)) as log:
        yield log


def change(path: Path, sql: str, *parameters: object) -> None:
    """Change the closed log at `path` behind its back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(sql, parameters)


def files_in(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_log_goes_on_where_it_was_closed(
    path: Path, log: SqliteLog, make_records: MakeRecords
) -> None:
    """A run is written by three writers, one after the other."""
    log.append(Position(0), make_records(0, 3))
    blob_hash = log.put_blob(b"bytes")
    log.flush(durable=True)
    log.close()

    with closing(SqliteLog.open_writer(path)) as second:
        second.append(Position(3), make_records(3, 2))
        second.flush(durable=False)
    with closing(SqliteLog.open_writer(path)) as third:
        assert list(third.read()) == [*make_records(0, 3), *make_records(3, 2)]
        assert third.blob(blob_hash) == b"bytes"
        assert third.epoch == 3


def test_closing_leaves_one_file_and_the_lock(path: Path, log: SqliteLog) -> None:
    """A finished run is archived by copying its one file."""
    log.put_blob(b"bytes")
    log.flush(durable=False)

    log.close()

    assert sorted(file.name for file in path.parent.iterdir()) == ["log.sqlite", "log.sqlite.lock"]


def test_what_was_not_flushed_was_never_written(
    path: Path, log: SqliteLog, make_records: MakeRecords
) -> None:
    """The writer closes in the middle of a transaction, as an error's way out does."""
    log.append(Position(0), make_records(0, 2))
    log.flush(durable=True)
    log.append(Position(2), make_records(2, 2))
    blob_hash = log.put_blob(b"bytes")

    log.close()

    with closing(SqliteLog.open_reader(path)) as reader:
        assert list(reader.read()) == make_records(0, 2)
        assert not reader.has_blob(blob_hash)


@pytest.mark.parametrize("name", ["log.sqlite", "log.sqlite-wal"])
def test_create_refuses_a_path_where_something_is(path: Path, name: str) -> None:
    """A run would be written over, or mixed with what a deleted one left."""
    path.with_name(name).write_bytes(b"something")

    with pytest.raises(UsageError, match=rf"cannot create .*{name}' is already there"):
        SqliteLog.create(path)

    assert path.with_name(name).read_bytes() == b"something"


def test_create_begins_anew_after_one_that_was_cut_short(path: Path) -> None:
    """The machine stopped while a log was created, before it had its name."""
    path.with_name("log.sqlite.new").write_bytes(b"half a file")

    with closing(SqliteLog.create(path)) as log:
        assert log.last_position() == 0

    assert not path.with_name("log.sqlite.new").exists()


def test_create_in_no_folder_says_so(tmp_path: Path) -> None:
    """The folder was deleted meanwhile."""
    with pytest.raises(OutsideError, match=r"No such file.*existing folder"):
        SqliteLog.create(tmp_path / "absent" / "log.sqlite")


@pytest.mark.parametrize("open_log", OPENINGS)
def test_opening_no_log_creates_nothing(path: Path, open_log: Callable[[Path], object]) -> None:
    """The user mistypes the name of a run."""
    with pytest.raises(UsageError, match=r"there is no log at .*log\.sqlite"):
        open_log(path)

    assert list(path.parent.iterdir()) == []


@pytest.mark.slow
def test_a_second_writer_is_told_who_the_first_is(
    path: Path, log: SqliteLog, start_python: StartPython
) -> None:
    """Another process writes the run; when it is killed, the run is free at once."""
    log.close()
    holder = start_python(HOLD_THE_LOG, path)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "holding\n"

    with pytest.raises(UsageError, match=f"already being written by process {holder.pid}"):
        SqliteLog.open_writer(path)
    seen = writer_pid(path)
    holder.kill()
    holder.wait()

    assert seen == holder.pid
    assert writer_pid(path) is None
    SqliteLog.open_writer(path).close()


def test_the_lock_tells_whether_someone_writes(path: Path, log: SqliteLog) -> None:
    """A list of runs shows which are running."""
    while_open = writer_pid(path)
    log.close()

    assert while_open == os.getpid()
    assert writer_pid(path) is None
    assert writer_pid(path.with_name("never-there")) is None
    assert lock_path(path).read_bytes() == b""


def test_a_writer_whose_lock_was_lost_commits_nothing_more(
    path: Path, log: SqliteLog, make_records: MakeRecords
) -> None:
    """Someone deletes the lock file, and a second writer comes in beside the first."""
    log.append(Position(0), make_records(0, 1))
    log.flush(durable=True)
    lock_path(path).unlink()

    with closing(SqliteLog.open_writer(path)) as second:
        log.append(Position(1), make_records(1, 5))
        for _ in range(2):
            with pytest.raises(StaleWriter, match=r"epoch 2, ours was 1.*leave their lock files"):
                log.flush(durable=True)
        second.append(Position(1), make_records(1, 2))
        second.flush(durable=True)

        assert list(second.read()) == [*make_records(0, 1), *make_records(1, 2)]


@pytest.mark.parametrize("open_log", OPENINGS)
def test_a_log_from_a_newer_version_asks_for_an_upgrade(
    path: Path, log: SqliteLog, open_log: Callable[[Path], object]
) -> None:
    """A colleague with a newer version sends a run."""
    log.close()
    change(path, "UPDATE meta SET value = 7 WHERE key = 'format'")
    change(path, "UPDATE meta SET value = '9.9' WHERE key = 'written_by'")

    with pytest.raises(
        UsageError, match=rf"brooks 9\.9 in format 7.*{brooks.__version__}.*up to 1.*upgrade"
    ):
        open_log(path)


def test_a_log_names_the_version_that_wrote_it(path: Path, log: SqliteLog) -> None:
    """An old log was last written by an older version, and is now written by this one."""
    log.close()
    change(path, "UPDATE meta SET value = '0.0.1' WHERE key = 'written_by'")

    SqliteLog.open_writer(path).close()

    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT value FROM meta WHERE key = 'written_by'").fetchall()
    assert rows == [(brooks.__version__,)]


@pytest.mark.parametrize("open_log", OPENINGS)
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it has only 0 bytes"),
        (b"SQLite format 3\x00", "it has only 16 bytes"),
        (b"tasks:\n- id: a\n" * 100, "file is not a database.*check the path"),
        (b"SQLite format 3\x00" + b"\xff" * 8000, "not a database|damaged"),
    ],
)
def test_a_file_that_is_no_log_is_named_and_left_alone(
    path: Path, open_log: Callable[[Path], object], content: bytes, words: str
) -> None:
    """The file was cut, overwritten, or never a log."""
    path.write_bytes(content)
    path.with_name("log.sqlite-wal").write_bytes(b"perhaps worth something")

    with pytest.raises(OutsideError, match=rf"log\.sqlite'.*({words})"):
        open_log(path)

    found = files_in(path.parent)
    assert (found["log.sqlite"], found["log.sqlite-wal"]) == (content, b"perhaps worth something")


@pytest.mark.parametrize("open_log", OPENINGS)
def test_another_programs_database_is_not_taken_for_a_log(
    path: Path, open_log: Callable[[Path], object]
) -> None:
    """The path leads to the browser's history."""
    change(path, "CREATE TABLE visits (url TEXT)")

    with pytest.raises(OutsideError, match="not a log of brooks"):
        open_log(path)


@pytest.mark.parametrize("key", ["format", "epoch", "controls_taken"])
def test_a_log_that_lost_its_numbers_is_damaged(path: Path, log: SqliteLog, key: str) -> None:
    """Someone edited the file by hand."""
    log.close()
    change(path, "DELETE FROM meta WHERE key = ?", key)

    with pytest.raises(OutsideError, match=rf"damaged: its '{key}' is missing"):
        SqliteLog.open_writer(path)

    assert writer_pid(path) is None


def test_a_log_with_a_missing_record_is_damaged(
    path: Path, log: SqliteLog, make_records: MakeRecords
) -> None:
    """Someone deleted a record by hand."""
    log.append(Position(0), make_records(0, 5))
    log.flush(durable=True)
    log.close()
    change(path, "DELETE FROM record WHERE position = 3")

    with (
        closing(SqliteLog.open_reader(path)) as reader,
        pytest.raises(OutsideError, match="damaged: 1 records after 0 are missing"),
    ):
        list(reader.read())


def test_a_blob_whose_bytes_changed_is_damaged(path: Path, log: SqliteLog) -> None:
    """A disk returned other bytes than were written."""
    blob_hash = log.put_blob(b"bytes")
    log.flush(durable=True)
    log.close()
    change(path, "UPDATE blob SET data = ?", b"bytez")

    with (
        closing(SqliteLog.open_reader(path)) as reader,
        pytest.raises(OutsideError, match=f"damaged: the bytes of blob '{blob_hash}' have changed"),
    ):
        reader.blob(blob_hash)


def test_damage_anywhere_in_the_file_is_told_in_our_words(
    path: Path, log: SqliteLog, make_records: MakeRecords
) -> None:
    """One page of the file after the other is overwritten; some show only when they are read."""
    log.append(Position(0), make_records(0, 200))
    log.put_blob(bytes(10_000))
    log.flush(durable=True)
    log.close()
    whole = path.read_bytes()
    complaints = 0

    for start in range(0, len(whole), 4096):
        path.write_bytes(whole[:start] + b"\xa5" * 4096 + whole[start + 4096 :])
        complaint = complaint_about(path)
        if complaint is not None:
            assert "log.sqlite" in complaint
            complaints += 1

    assert complaints >= len(whole) // 4096 - 1, "only an index that is not read may go unseen"


def complaint_about(path: Path) -> str | None:
    """What is said when everything in the log is read; an error that is not ours passes through."""
    try:
        with closing(SqliteLog.open_reader(path)) as reader:
            list(reader.read())
            for blob_hash in reader.blob_hashes():
                reader.blob(blob_hash)
    except OutsideError as error:
        return str(error)
    return None


def test_a_commit_waits_for_another_process_only_so_long_and_may_be_tried_again(
    path: Path, log: SqliteLog, make_records: MakeRecords
) -> None:
    """Another process was stopped in the middle of its commit; later it ends."""
    log._connection.execute("PRAGMA busy_timeout = 10")
    log.append(Position(0), make_records(0, 3))

    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OutsideError, match=r"locked.*end it if it is stuck"):
            log.flush(durable=True)
        other.execute("ROLLBACK")
    log.flush(durable=True)

    with closing(SqliteLog.open_reader(path)) as reader:
        assert list(reader.read()) == make_records(0, 3)


def test_a_writer_whose_pages_vanished_stops(
    path: Path, log: SqliteLog, make_records: MakeRecords
) -> None:
    """Someone tidies up the files beside a running log."""
    log.append(Position(0), make_records(0, 1))
    path.with_name("log.sqlite-wal").unlink()

    for _ in range(2):
        with pytest.raises(OutsideError, match=r"damaged: .*-wal' is gone"):
            log.flush(durable=True)


@pytest.mark.parametrize(("durable", "level"), [(True, 2), (False, 1)])
def test_a_durable_commit_is_one_that_sqlite_syncs(
    log: SqliteLog, make_records: MakeRecords, durable: bool, level: int
) -> None:
    """SQLite's own setting says whether a commit waits for the disk: 2 is FULL, 1 is NORMAL."""
    log.append(Position(0), make_records(0, 1))

    log.flush(durable=durable)

    assert log._connection.execute("PRAGMA synchronous").fetchone() == (level,)


def test_a_durable_flush_of_nothing_syncs_what_was_committed_before(
    path: Path, log: SqliteLog, make_records: MakeRecords
) -> None:
    """SQLite syncs a commit only if it wrote, so this one writes; a second one has no need to."""
    wal = path.with_name("log.sqlite-wal")
    log.append(Position(0), make_records(0, 1))
    log.flush(durable=False)
    sizes = [wal.stat().st_size]

    for _ in range(2):
        log.flush(durable=True)
        sizes.append(wal.stat().st_size)

    assert sizes[0] < sizes[1] == sizes[2]


def test_a_durable_flush_of_a_known_blob_syncs_what_was_committed_before(
    path: Path, log: SqliteLog
) -> None:
    """The only change of the transaction turns out to be in the file already."""
    wal = path.with_name("log.sqlite-wal")
    log.put_blob(b"bytes")
    log.flush(durable=False)
    before = wal.stat().st_size

    log.put_blob(b"bytes")
    log.flush(durable=True)

    assert wal.stat().st_size > before


def test_a_large_wal_is_copied_into_the_file(path: Path, make_records: MakeRecords) -> None:
    """A long run must not need as much to open as it needed to write."""
    wal = path.with_name("log.sqlite-wal")
    sizes = []
    with closing(SqliteLog.create(path, checkpoint_bytes=100_000)) as log:
        for after in range(0, 600, 6):
            log.append(Position(after), make_records(after, 6))
            log.put_blob(b"%d" % after * 500)
            log.flush(durable=False)
            sizes.append(wal.stat().st_size)

        assert list(log.read()) == [r for a in range(0, 600, 6) for r in make_records(a, 6)]
    assert 50_000 < max(sizes) < 120_000
    assert sizes.count(0) >= 3


def test_a_checkpoint_that_a_reader_hinders_is_put_off(
    path: Path, make_records: MakeRecords
) -> None:
    """A stopped process holds an old snapshot; the run goes on, and the file catches up later."""
    with closing(SqliteLog.create(path, checkpoint_bytes=20_000)) as log:
        log.append(Position(0), make_records(0, 1))
        log.flush(durable=False)
        with closing(sqlite3.connect(path, isolation_level=None)) as stopped:
            stopped.execute("BEGIN")
            stopped.execute("SELECT * FROM record").fetchall()
            for after in range(1, 41):
                log.append(Position(after), make_records(after, 1))
                log.flush(durable=False)
            hindered = path.with_name("log.sqlite-wal").stat().st_size
        for after in range(41, 81):
            log.append(Position(after), make_records(after, 1))
            log.flush(durable=False)

        assert hindered > 100_000
        assert path.with_name("log.sqlite-wal").stat().st_size < 40_000
        assert [record.position for record in log.read()] == list(range(1, 82))
