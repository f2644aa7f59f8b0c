"""A reader sees whole transactions, keeps up with a writer, and changes nothing beside the log."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import copyfile, which
from subprocess import Popen, run

import pytest

from brooks.errors import OutsideError
from brooks.ids import Position
from brooks.log.sqlite import SqliteLog
from brooks.log.store import EncodedRecord

MakeRecords = Callable[[int, int], list[EncodedRecord]]
StartPython = Callable[..., Popen[str]]

FOLLOW_TO_THE_END = """
import json, sys
from pathlib import Path
from brooks.log.sqlite import SqliteLog
reader = SqliteLog.open_reader(Path(sys.argv[1]))
end, seen = int(sys.argv[2]), 0
looks = {0}
while seen < end:
    for record in reader.read(seen):
        assert record.position == seen + 1, record
        seen = record.position
        transaction_ends_at = json.loads(record.data)["transaction_ends_at"]
    if seen:
        assert seen == transaction_ends_at, (seen, transaction_ends_at)
    if seen not in looks:
        looks.add(seen)
        print(seen, flush=True)
reader.close()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.sqlite"


@pytest.fixture
def log(path: Path) -> Iterator[SqliteLog]:
    with closing(SqliteLog.create(path)) as log:
        yield log


def contents(folder: Path) -> dict[str, tuple[int, int]]:
    """The size and time of each file, without opening one, which would drop SQLite's locks."""
    return {file.name: (file.stat().st_size, file.stat().st_mtime_ns) for file in folder.iterdir()}


def crashed_copy(path: Path, folder: Path, *, endings: tuple[str, ...]) -> Path:
    """The log at `path` as a killed writer would leave it now, or as someone copied it then."""
    folder.mkdir()
    for ending in endings:
        copyfile(path.with_name(f"{path.name}{ending}"), folder / f"{path.name}{ending}")
    return folder / path.name


@contextmanager
def read_only_mount(folder: Path) -> Iterator[Callable[[], None]]:
    """A small file system at `folder`, with what makes it read-only; skips where none may be."""
    mount, umount = which("mount"), which("umount")
    if mount is None or umount is None or os.geteuid() != 0:
        pytest.skip("only root may mount a file system")
    folder.mkdir()
    if run([mount, "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], check=False).returncode:  # noqa: S603
        pytest.skip("this machine lets nobody mount a file system")

    def make_read_only() -> None:
        run([mount, "-o", "remount,ro", folder], check=True)  # noqa: S603

    try:
        yield make_read_only
    finally:
        run([umount, folder], check=True)  # noqa: S603


def test_a_reader_sees_committed_transactions_only(
    path: Path, log: SqliteLog, make_records: MakeRecords
) -> None:
    """The writer has committed one transaction and is in the middle of the next."""
    log.append(Position(0), make_records(0, 2))
    kept = log.put_blob(b"kept")
    log.flush(durable=False)
    log.append(Position(2), make_records(2, 2))
    unfinished = log.put_blob(b"unfinished")

    with closing(SqliteLog.open_reader(path)) as reader:
        assert list(reader.read()) == make_records(0, 2)
        assert list(reader.read(Position(1), limit=5)) == make_records(0, 2)[1:]
        assert reader.last_position() == 2
        assert list(reader.blob_hashes()) == [kept]
        assert not reader.has_blob(unfinished)
        log.flush(durable=False)
        assert reader.last_position() == 4
        assert reader.blob(unfinished) == b"unfinished"


def test_a_reader_that_was_there_first_sees_the_writer_who_comes(
    path: Path, log: SqliteLog, make_records: MakeRecords
) -> None:
    """A terminal watches a finished run; the run is resumed, finished, and resumed again."""
    log.append(Position(0), make_records(0, 1))
    log.flush(durable=True)
    log.close()

    seen = []
    with closing(SqliteLog.open_reader(path)) as reader:
        seen.append(reader.last_position())
        for after in (1, 2):
            with closing(SqliteLog.open_writer(path)) as writer:
                seen.append(reader.last_position())
                writer.append(Position(after), make_records(after, 1))
                writer.flush(durable=False)
                seen.append(reader.last_position())
            seen.append(reader.last_position())

    assert seen == [1, 1, 2, 2, 2, 3, 3]


def test_a_reader_reads_on_over_the_writers_checkpoints_and_end(
    path: Path, make_records: MakeRecords
) -> None:
    """It takes a record now and then, while the file is rewritten below it and the run ends."""
    with closing(SqliteLog.create(path, checkpoint_bytes=30_000)) as log:
        log.append(Position(0), make_records(0, 2500))
        log.flush(durable=False)
        with closing(SqliteLog.open_reader(path)) as reader:
            reading = reader.read()
            found = [next(reading)]
            for after in range(2500, 2600):
                log.append(Position(after), make_records(after, 1))
                log.flush(durable=False)
            log.close()
            found += reading

    assert found == make_records(0, 2500)


@pytest.mark.parametrize(
    "endings",
    [("", "-wal"), ("", "-wal", "-shm"), ("", "-shm"), ("",)],
    ids=["copied", "crashed", "emptied", "alone"],
)
def test_a_reader_changes_no_file(
    path: Path, log: SqliteLog, make_records: MakeRecords, endings: tuple[str, ...]
) -> None:
    """Nobody writes the log, and different files are left beside it."""
    log.append(Position(0), make_records(0, 3))
    log.flush(durable=True)
    left = crashed_copy(path, path.parent / "left", endings=endings)
    before = contents(left.parent)

    with closing(SqliteLog.open_reader(left)) as reader:
        found = list(reader.read())
        during = contents(left.parent)

    assert found == (make_records(0, 3) if "-wal" in endings else [])
    assert set(during) == set(before)
    assert {name: size for name, (size, _) in contents(left.parent).items()} == {
        name: size for name, (size, _) in before.items()
    }


def test_a_reader_of_a_copy_leaves_nothing_in_the_temporary_folder(
    path: Path,
    log: SqliteLog,
    make_records: MakeRecords,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The log was copied without its shared memory, so it is read from a copy of our own."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    log.append(Position(0), make_records(0, 3))
    log.flush(durable=True)
    left = crashed_copy(path, path.parent / "left", endings=("", "-wal"))

    reader = SqliteLog.open_reader(left)
    copies = list((tmp_path / "temporary").iterdir())
    reader.close()

    assert len(copies) == 1
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_reader_of_a_copy_sees_the_writer_who_comes(
    path: Path, log: SqliteLog, make_records: MakeRecords
) -> None:
    """A crashed run was moved without its shared memory, watched, and then resumed."""
    log.append(Position(0), make_records(0, 3))
    log.flush(durable=True)
    left = crashed_copy(path, path.parent / "left", endings=("", "-wal"))

    with closing(SqliteLog.open_reader(left)) as reader:
        seen = [reader.last_position()]
        with closing(SqliteLog.open_writer(left)) as writer:
            writer.append(Position(3), make_records(3, 2))
            writer.flush(durable=False)
            seen.append(reader.last_position())
        seen.append(reader.last_position())

    assert seen == [3, 5, 5]


@pytest.mark.parametrize("endings", [("", "-wal"), ("", "-wal", "-shm"), ("",)])
def test_a_log_on_a_read_only_disk_is_read(
    path: Path, log: SqliteLog, make_records: MakeRecords, endings: tuple[str, ...]
) -> None:
    """A run is looked at on a disk that was mounted read-only; writing there says why not."""
    log.append(Position(0), make_records(0, 3))
    log.flush(durable=True)
    with read_only_mount(path.parent / "disk") as make_read_only:
        left = crashed_copy(path, path.parent / "disk" / "run", endings=endings)
        make_read_only()

        with closing(SqliteLog.open_reader(left)) as reader:
            found = list(reader.read())
        with pytest.raises(OutsideError, match=r"Read-only file system.*may write"):
            SqliteLog.open_writer(left)

        assert found == (make_records(0, 3) if "-wal" in endings else [])


@pytest.mark.slow
def test_another_process_reads_while_this_one_writes(
    path: Path, make_records: MakeRecords, start_python: StartPython
) -> None:
    """It follows to the end, over checkpoints, and finds whole transactions at every look."""
    end = 0
    with closing(SqliteLog.create(path, checkpoint_bytes=40_000)) as log:
        reader = start_python(FOLLOW_TO_THE_END, path, 2000)
        assert reader.stdout is not None
        while end < 2000:
            count = min(2000 - end, 1 + end % 7)
            log.append(Position(end), make_records(end, count))
            end += count
            log.flush(durable=end % 5 == 0)
            if end in {1, 3, 7}:
                reader.stdout.readline()
        printed, _ = reader.communicate()

    assert reader.returncode == 0
    assert printed.split()[-1] == "2000"
