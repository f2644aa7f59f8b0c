"""After a crash, a loss of power or a full disk, the log is its first whole transactions."""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from shutil import which
from subprocess import Popen, run

import pytest

from brooks.errors import OutsideError
from brooks.ids import Position
from brooks.log.sqlite import SqliteLog
from brooks.log.store import EncodedRecord

MakeRecords = Callable[[int, int], list[EncodedRecord]]
StartPython = Callable[..., Popen[str]]

WRITE_UNTIL_KILLED = """
import random, sys
from pathlib import Path
from brooks.log.sqlite import SqliteLog
from brooks.log.store import EncodedRecord
log = SqliteLog.open_writer(Path(sys.argv[1]), checkpoint_bytes=60_000)
chance = random.Random(sys.argv[2])
while True:
    after = log.last_position()
    end = after + chance.randint(1, 20)
    log.append(after, [
        EncodedRecord(n, n / 4, after, "TaskReady", b'{"transaction_ends_at":%d}' % end)
        for n in range(after + 1, end + 1)
    ])
    log.put_blob(b"%d" % end * chance.randint(1, 900))
    durable = chance.random() < 0.3
    log.flush(durable=durable)
    print(end, flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.sqlite"


class Written:
    """What was written in transactions of different sizes, with the `-wal`'s size after each."""

    def __init__(
        self, log: SqliteLog, wal: Path, make_records: MakeRecords, *, transactions: int
    ) -> None:
        chance = random.Random("transactions")
        self.ends = [log.last_position()]
        self.wal_sizes = [wal.stat().st_size]
        for number in range(transactions):
            after = self.ends[-1]
            count = chance.choice([1, 1, 2, 3, 40, 90])
            log.append(after, make_records(after, count))
            if number % 3 == 0:
                log.put_blob(bytes([number + 1]) * chance.randint(1, 9000))
            log.flush(durable=False)
            self.ends.append(log.last_position())
            self.wal_sizes.append(wal.stat().st_size)

    def end_after_cut(self, size: int) -> int:
        """The last position of the last transaction whose pages are all within `size` bytes."""
        return max(
            (end for end, needed in zip(self.ends, self.wal_sizes, strict=True) if needed <= size),
            default=self.ends[0],
        )


def cuts(size: int) -> list[int]:
    """Each 512th byte, since disks write sectors, and some between."""
    chance = random.Random("cuts")
    return sorted({*range(0, size, 512), *(chance.randrange(size) for _ in range(60)), size})


@pytest.mark.slow
@pytest.mark.parametrize(
    "checkpointed", [False, True], ids=["from the start", "after a checkpoint"]
)
def test_a_wal_cut_at_any_byte_leaves_whole_transactions(
    path: Path, make_records: MakeRecords, checkpointed: bool
) -> None:
    """Power is lost while pages are on their way to the disk, and stale shared memory is left.

    Every transaction that is whole in what is left must be there, and no part of another.
    """
    wal, shm = path.with_name("log.sqlite-wal"), path.with_name("log.sqlite-shm")
    with closing(SqliteLog.create(path)) as log:
        if checkpointed:
            Written(log, wal, make_records, transactions=15)
            assert log._checkpoint()
        written = Written(log, wal, make_records, transactions=9)
        files = {file: file.read_bytes() for file in (path, wal, shm)}

    for cut in cuts(len(files[wal])):
        for file, content in files.items():
            file.write_bytes(content[:cut] if file == wal else content)
        end = written.end_after_cut(cut)
        with closing(SqliteLog.open_reader(path)) as reader:
            read = list(reader.read())
        with closing(SqliteLog.open_writer(path)) as recovered:
            assert list(recovered.read()) == read
            assert [record.position for record in read] == list(range(1, end + 1)), cut
            for blob_hash in recovered.blob_hashes():
                recovered.blob(blob_hash)
            recovered.append(Position(end), make_records(end, 3))
            recovered.flush(durable=False)
        with closing(SqliteLog.open_reader(path)) as reader:
            assert list(reader.read()) == [*read, *make_records(end, 3)]


@pytest.mark.slow
def test_a_wal_damaged_at_any_page_leaves_whole_transactions(
    path: Path, make_records: MakeRecords
) -> None:
    """Power is lost while the disk writes pages in an order of its own: one was left out."""
    wal = path.with_name("log.sqlite-wal")
    with closing(SqliteLog.create(path)) as log:
        written = Written(log, wal, make_records, transactions=12)
        files = {file: file.read_bytes() for file in (path, wal)}

    for hole in range(0, len(files[wal]), 4096):
        path.write_bytes(files[path])
        wal.write_bytes(files[wal][:hole] + bytes(4096) + files[wal][hole + 4096 :])
        with closing(SqliteLog.open_writer(path)) as recovered:
            assert recovered.last_position() == written.end_after_cut(hole)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_a_writer_killed_at_any_moment_leaves_whole_transactions(
    path: Path, make_records: MakeRecords, start_python: StartPython, seed: int
) -> None:
    """It is killed some commits after its start, wherever it is then, and again after a resume."""
    chance = random.Random(seed)
    SqliteLog.create(path).close()
    promised = end = 0

    for attempt in range(2):
        writer = start_python(WRITE_UNTIL_KILLED, path, f"{seed}-{attempt}")
        assert writer.stdout is not None
        for _ in range(chance.randint(1, 60)):
            promised = int(writer.stdout.readline())
        writer.kill()
        writer.wait()
        with closing(SqliteLog.open_reader(path)) as reader:
            found = list(reader.read())
            blobs = len(list(map(reader.blob, reader.blob_hashes())))

        end = len(found)
        transactions = {record.data for record in found}
        assert end >= promised
        assert [record.position for record in found] == list(range(1, end + 1))
        assert found[-1].data == b'{"transaction_ends_at":%d}' % end
        assert blobs == len(transactions)

    with closing(SqliteLog.open_writer(path)) as recovered:
        recovered.append(Position(end), make_records(end, 1))
        recovered.flush(durable=True)
        assert recovered.epoch == 4


def test_a_file_that_may_grow_no_more_keeps_what_was_committed(
    path: Path, make_records: MakeRecords
) -> None:
    """SQLite is given a limit of pages; once the limit is lifted, the same transaction goes in."""
    with closing(SqliteLog.create(path)) as log:
        log.append(Position(0), make_records(0, 20))
        log.flush(durable=True)
        log._connection.execute("PRAGMA max_page_count = 1")
        log.append(Position(20), make_records(20, 3000))
        with pytest.raises(OutsideError, match=r"log\.sqlite': .*full.*free some disk space"):
            log.flush(durable=True)
        with closing(SqliteLog.open_reader(path)) as reader:
            assert list(reader.read()) == make_records(0, 20)

        log._connection.execute("PRAGMA max_page_count = 100000")
        log.flush(durable=True)

        with closing(SqliteLog.open_reader(path)) as reader:
            assert reader.last_position() == 3020


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of one megabyte at `folder`; skips where mounting is forbidden."""
    mount, umount = which("mount"), which("umount")
    if mount is None or umount is None or os.geteuid() != 0:
        pytest.skip("only root may mount a file system")
    folder.mkdir()
    if run([mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=False).returncode:  # noqa: S603
        pytest.skip("this machine lets nobody mount a file system")
    try:
        yield folder
    finally:
        run([umount, folder], check=True)  # noqa: S603


def fill(file: Path) -> None:
    """Write zeros to `file` until the disk is full."""
    with suppress(OSError), file.open("wb", buffering=0) as stream:
        while stream.write(bytes(4096)):
            pass


def fill_until_refused(log: SqliteLog, make_records: MakeRecords) -> int:
    """Commit transactions until the disk is full; returns the last position that was committed."""
    for number in range(1000):
        end = log.last_position()
        log.append(end, make_records(end, 10))
        log.put_blob(b"%d" % number * 2000)
        try:
            log.flush(durable=number % 2 == 0)
        except OutsideError as error:
            assert "free some disk space" in str(error)  # noqa: PT017 - the last of many tries
            return end
    pytest.fail("the disk never filled")


def test_a_full_disk_keeps_what_was_committed(path: Path, make_records: MakeRecords) -> None:
    """The disk fills in the middle of a run: it is readable, and resumed when there is space."""
    with small_disk(path.parent / "disk") as disk:
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(300_000))
        path = disk / path.name
        with closing(SqliteLog.create(path)) as log:
            end = fill_until_refused(log, make_records)
            with closing(SqliteLog.open_reader(path)) as reader:
                assert len(list(reader.read())) == reader.last_position() == end
        with closing(SqliteLog.open_reader(path)) as reader:
            before = list(reader.read())
        ballast.unlink()

        with closing(SqliteLog.open_writer(path)) as resumed:
            assert list(resumed.read()) == before
            resumed.append(Position(end), make_records(end, 10))
            resumed.flush(durable=True)

        with closing(SqliteLog.open_reader(path)) as reader:
            assert list(reader.read()) == [*before, *make_records(end, 10)]
            for blob_hash in reader.blob_hashes():
                reader.blob(blob_hash)


def test_a_transaction_refused_by_a_full_disk_goes_in_when_there_is_space(
    path: Path, make_records: MakeRecords
) -> None:
    """The run waits while somebody makes room."""
    with small_disk(path.parent / "disk") as disk:
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(500_000))
        with closing(SqliteLog.create(disk / path.name)) as log:
            end = fill_until_refused(log, make_records)
            ballast.unlink()
            log.flush(durable=True)

            with closing(SqliteLog.open_reader(disk / path.name)) as reader:
                assert reader.last_position() == end + 10


def test_create_on_a_full_disk_leaves_no_log(path: Path) -> None:
    """The disk was full before the run began."""
    with small_disk(path.parent / "disk") as disk:
        fill(disk / "ballast")

        with pytest.raises(OutsideError, match=r"full|space"):
            SqliteLog.create(disk / path.name)

        assert not (disk / path.name).exists()
