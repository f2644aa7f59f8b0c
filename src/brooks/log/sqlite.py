"""A log in an SQLite file, safe against crashes, loss of power and second writers.

The open transaction lives in memory until `flush`, which writes it in one go. That makes `append`
cost a list's, and leaves the file free for control requests between commits: SQLite has one
writer at a time, and an open transaction of ours would keep all others out. The price is memory
for what is not flushed yet.

Two things make this process the only writer. The lock (`lock.py`) turns a second one away with a
plain message. The epoch makes sure: opening for writing counts it up, and each commit first
compares it, in the same transaction. A writer that finds another epoch has been replaced and
never writes again.

A durable commit is one under `synchronous = FULL`: SQLite returns after the `-wal` reached the
disk. The others run under `NORMAL`, which syncs at checkpoints only. How the file survives cuts
is told in `database.py`.

After a failed commit the file is as before, and the transaction is still in memory. It may be
flushed again only after a full disk or another process's lock. After anything else, as a failed
sync, nobody knows which pages the system still holds, and the writer refuses to go on: open the
log anew.

A log belongs to the thread that opened it.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any, Self

from brooks import __version__
from brooks.errors import OutsideError, UsageError
from brooks.ids import BlobHash, Position
from brooks.log import database
from brooks.log.lock import WriterLock
from brooks.log.reader import SqliteReader
from brooks.log.store import (
    BEGINNING,
    ControlRequest,
    EncodedRecord,
    StaleWriter,
    check_continues,
    hash_blob,
)

CHECKPOINT_BYTES = 64 * 1024 * 1024
"""How large the `-wal` may grow before the writer copies it into the file: rarely, as it takes some
tenths of a second, and soon enough that opening the log after a crash stays quick."""

_CACHE_KIBIBYTES = 16_000
"""Large enough that usual transactions are not spilled to the `-wal` before they are whole."""

_MAY_TRY_AGAIN = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


class SqliteLog:
    """A `LogStore` in a file; made by `create`, `open_writer` and `open_reader`."""

    def __init__(
        self, path: Path, lock: WriterLock, *, checkpoint_bytes: int = CHECKPOINT_BYTES
    ) -> None:
        """Become the next writer of the log at `path`, whose lock is held by the caller."""
        self._path = path
        self._wal = path.with_name(f"{path.name}-wal")
        self._lock = lock
        self._checkpoint_bytes = checkpoint_bytes
        self._checkpoint_at = checkpoint_bytes
        self._synchronous = ""
        self._unsynced = False
        self._refusal: OutsideError | None = None
        self._records: list[EncodedRecord] = []
        self._blobs: dict[BlobHash, bytes] = {}
        self._connection = database.open_file(path)
        try:
            self._epoch = self._begin_epoch()
            self._committed = database.Committed(self._query, path)
            self._committed_last = self._last = self._committed.last_position()
            self._controls_taken = database.meta(self._query, "controls_taken", path=path)
        except BaseException:
            self._connection.close()
            raise
        self._controls_committed = self._controls_taken

    @classmethod
    def create(cls, path: Path, *, checkpoint_bytes: int = CHECKPOINT_BYTES) -> Self:
        """Create an empty log at `path`, where no file may be, and become its writer."""
        _refuse_existing(path)
        lock = WriterLock.acquire(path)
        try:
            _refuse_existing(path)
            database.create_file(path)
            return cls(path, lock, checkpoint_bytes=checkpoint_bytes)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def open_writer(cls, path: Path, *, checkpoint_bytes: int = CHECKPOINT_BYTES) -> Self:
        """Become the next writer of the log at `path`; a UsageError while another process is it."""
        database.check_file(path)
        lock = WriterLock.acquire(path)
        try:
            return cls(path, lock, checkpoint_bytes=checkpoint_bytes)
        except BaseException:
            lock.release()
            raise

    @staticmethod
    def open_reader(path: Path) -> SqliteReader:
        """Read the log at `path`, whoever writes it meanwhile; creates and changes nothing."""
        return SqliteReader(path)

    @property
    def epoch(self) -> int:
        """How many writers the log has had, this one counted."""
        return self._epoch

    def append(self, expected: Position, records: Sequence[EncodedRecord]) -> None:
        check_continues(self._last, expected, records)
        self._records.extend(records)
        self._last = Position(expected + len(records))

    def put_blob(self, data: bytes) -> BlobHash:
        blob_hash = hash_blob(data)
        self._blobs.setdefault(blob_hash, data)
        return blob_hash

    def take_controls(self) -> list[ControlRequest]:
        rows = self._query(
            "SELECT id, request FROM control WHERE id > ? ORDER BY id", (self._controls_taken,)
        )
        if rows:
            self._controls_taken = rows[-1][0]
        return [ControlRequest(number, json.loads(text)) for number, text in rows]

    def flush(self, *, durable: bool) -> None:
        if self._refusal is not None:
            raise self._refusal
        if not (self._has_changes() or (durable and self._unsynced)):
            return
        try:
            self._commit(durable=durable)
        except sqlite3.Error as error:
            raise self._explain(error) from error
        except StaleWriter as refusal:
            self._refusal = refusal
            raise
        self._unsynced = not durable
        self._committed_last = self._last
        self._controls_committed = self._controls_taken
        self._records = []
        self._blobs = {}
        self._checkpoint_if_large()

    def last_position(self) -> Position:
        return self._last

    def read(
        self, after: Position = BEGINNING, *, limit: int | None = None
    ) -> Iterator[EncodedRecord]:
        until = self._last if limit is None else min(self._last, after + limit)
        flushed = self._committed_last
        return chain(
            self._committed.read(after, until=Position(min(until, flushed))),
            self._records[max(0, after - flushed) : max(0, until - flushed)],
        )

    def blob(self, blob_hash: BlobHash) -> bytes:
        data = self._blobs.get(blob_hash)
        return self._committed.blob(blob_hash) if data is None else data

    def has_blob(self, blob_hash: BlobHash) -> bool:
        return blob_hash in self._blobs or self._committed.has_blob(blob_hash)

    def blob_hashes(self) -> Iterator[BlobHash]:
        return iter(dict.fromkeys([*self._committed.blob_hashes(), *self._blobs]))

    def close(self) -> None:
        """Checkpoint, so that the log is one file, and let the next writer in."""
        if self._refusal is None:
            with suppress(sqlite3.Error):
                self._checkpoint()
        self._connection.close()
        self._lock.release()

    def _query(self, sql: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise database.explain(error, self._path) from error

    def _begin_epoch(self) -> int:
        try:
            self._connection.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
            self._set_synchronous("FULL")
            self._connection.execute("BEGIN IMMEDIATE")
            epoch = database.meta(self._query, "epoch", path=self._path) + 1
            self._connection.executemany(
                "UPDATE meta SET value = ? WHERE key = ?",
                [(epoch, "epoch"), (__version__, "written_by")],
            )
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise database.explain(error, self._path) from error
        return epoch

    def _has_changes(self) -> bool:
        return bool(
            self._records or self._blobs or self._controls_taken != self._controls_committed
        )

    def _commit(self, *, durable: bool) -> None:
        self._set_synchronous("FULL" if durable else "NORMAL")
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        try:
            self._check_epoch()
            self._write_changes()
            execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                if self._connection.in_transaction:
                    execute("ROLLBACK")
            raise

    def _write_changes(self) -> None:
        if self._records:
            self._connection.executemany(
                # SQLite's adapter is quicker for plain tuples than for named ones.
                "INSERT INTO record VALUES (?, ?, ?, ?, ?)",
                map(tuple, self._records),
            )
        if self._blobs:
            self._connection.executemany(
                "INSERT OR IGNORE INTO blob (hash, data) VALUES (?, ?)", self._blobs.items()
            )
        if self._controls_taken != self._controls_committed:
            self._connection.execute(
                "UPDATE meta SET value = ? WHERE key = 'controls_taken'", (self._controls_taken,)
            )
        if not self._records:
            # SQLite syncs no commit that left every byte as it was: a blob may be there already, or
            # only a sync be asked for.
            self._connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'syncs'")

    def _check_epoch(self) -> None:
        row = self._connection.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()
        epoch = None if row is None else row[0]
        if epoch != self._epoch:
            raise StaleWriter(
                f"log {str(self._path)!r}: another process became its writer (epoch {epoch!r}, "
                f"ours was {self._epoch!r}), so this one stops: keep runs on a local disk, and "
                "leave their lock files where they are"
            )

    def _set_synchronous(self, level: str) -> None:
        if level != self._synchronous:
            self._connection.execute(f"PRAGMA synchronous = {level}")
            self._synchronous = level

    def _explain(self, error: sqlite3.Error) -> OutsideError:
        explained = database.explain(error, self._path)
        if database.primary_code(error) not in _MAY_TRY_AGAIN:
            self._refusal = explained
        return explained

    def _checkpoint_if_large(self) -> None:
        try:
            size = self._wal.stat().st_size
        except OSError as error:
            self._refusal = database.damaged(self._path, f"{str(self._wal)!r} is gone")
            raise self._refusal from error
        if size < self._checkpoint_at:
            return
        try:
            done = self._checkpoint()
        except sqlite3.Error as error:
            if database.primary_code(error) not in _MAY_TRY_AGAIN:
                raise self._explain(error) from error
            done = False
        self._checkpoint_at = self._checkpoint_bytes + (0 if done else size)

    def _checkpoint(self) -> bool:
        """Copy the `-wal` into the file and empty it; give up at once when someone reads it."""
        execute = self._connection.execute
        (patience,) = execute("PRAGMA busy_timeout").fetchone()
        execute("PRAGMA busy_timeout = 0")
        try:
            (busy, _pages, _copied) = execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            execute(f"PRAGMA busy_timeout = {patience}")
        return not busy


def _refuse_existing(path: Path) -> None:
    for file in (path, path.with_name(f"{path.name}-wal")):
        if file.exists():
            raise UsageError(
                f"cannot create log {str(path)!r}: {str(file)!r} is already there: "
                "choose another name, or resume that run"
            )
