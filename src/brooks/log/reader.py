"""Reading a log's file without changing anything beside it.

SQLite cannot do that in one way, because a reader of a `-wal` shares memory with its writer
through a third file, `-shm`, and creates what is missing. There are three ways, chosen by what is
there:

=======================  ===============================================================
no `-wal`, or empty      the file alone, declared immutable: nothing is locked or created
`-wal` and `-shm`        together with a writer, or behind one that crashed
`-wal` without `-shm`    a copy in the temporary folder: someone copied or moved the files
=======================  ===============================================================

The last way also serves when the second is not allowed. In the first and the last nobody tells us
of a writer who starts, so each query compares the files' size and time before and after itself,
and begins again in the way that fits when they have changed.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from brooks.errors import OutsideError
from brooks.ids import BlobHash, Position
from brooks.log import database
from brooks.log.store import BEGINNING, EncodedRecord

_COPIES = 3
"""How often a copy is begun again when the file changes meanwhile."""


class _Stamp(NamedTuple):
    """What tells that the files may have changed: each one's inode, size and time, () if absent."""

    file: tuple[int, ...]
    wal: tuple[int, ...]


class SqliteReader:
    """A `LogReader` of a file that another process may be writing: `SqliteLog.open_reader`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._committed = database.Committed(self._query, path)
        self._copy: TemporaryDirectory[str] | None = None
        self._connection, self._still = self._open()

    def last_position(self) -> Position:
        return self._committed.last_position()

    def read(
        self, after: Position = BEGINNING, *, limit: int | None = None
    ) -> Iterator[EncodedRecord]:
        last = self.last_position()
        until = last if limit is None else min(last, after + limit)
        return self._committed.read(after, until=Position(until))

    def blob(self, blob_hash: BlobHash) -> bytes:
        return self._committed.blob(blob_hash)

    def has_blob(self, blob_hash: BlobHash) -> bool:
        return self._committed.has_blob(blob_hash)

    def blob_hashes(self) -> Iterator[BlobHash]:
        return iter(self._committed.blob_hashes())

    def close(self) -> None:
        self._connection.close()
        if self._copy is not None:
            self._copy.cleanup()
            self._copy = None

    def _query(self, sql: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        while True:
            if self._still is None or self._still == _stamp(self._path):
                rows = self._run(sql, parameters)
                if self._still is None or self._still == _stamp(self._path):
                    return rows
            self.close()
            self._connection, self._still = self._open()

    def _run(self, sql: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise database.explain(error, self._path) from error

    def _open(self) -> tuple[sqlite3.Connection, _Stamp | None]:
        """Open the file in the way that fits, with its stamp unless SQLite itself sees changes."""
        database.check_file(self._path)
        stamp = _stamp(self._path)
        if not _has_bytes(stamp.wal):
            return self._connect(self._path, "mode=ro&immutable=1"), stamp
        if _beside(self._path, "-shm").exists():
            try:
                return self._connect(self._path, "mode=ro"), None
            except OutsideError as error:
                if not _is_forbidden(error.__cause__):
                    raise
        return self._open_copy()

    def _open_copy(self) -> tuple[sqlite3.Connection, _Stamp]:
        self._copy = TemporaryDirectory(prefix="brooks-log-")
        try:
            copy = Path(self._copy.name, "log")
            stamp = self._copy_to(copy)
            return self._connect(copy, "mode=rw"), stamp
        except BaseException:
            self._copy.cleanup()
            self._copy = None
            raise

    def _copy_to(self, copy: Path) -> _Stamp:
        try:
            for _ in range(_COPIES):
                stamp = _stamp(self._path)
                shutil.copyfile(self._path, copy)
                shutil.copyfile(_beside(self._path, "-wal"), _beside(copy, "-wal"))
                if _stamp(self._path).file == stamp.file:
                    return stamp
        except OSError as error:
            raise OutsideError(
                f"log {str(self._path)!r} cannot be copied to be read ({error.strerror}): "
                "check its permissions and the space in the temporary folder"
            ) from error
        raise OutsideError(
            f"log {str(self._path)!r} changes while it is copied to be read: "
            "make its folder writable, or read it when the run has ended"
        )

    def _connect(self, path: Path, options: str) -> sqlite3.Connection:
        return database.connect(path, options, named=self._path)


def _stamp(path: Path) -> _Stamp:
    return _Stamp(_identity(path), _identity(_beside(path, "-wal")))


def _identity(path: Path) -> tuple[int, ...]:
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_ino, status.st_size, status.st_mtime_ns


def _has_bytes(identity: tuple[int, ...]) -> bool:
    return bool(identity) and identity[1] > 0


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.name}{ending}")


def _is_forbidden(error: BaseException | None) -> bool:
    return isinstance(error, sqlite3.Error) and database.primary_code(error) in {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
    }
