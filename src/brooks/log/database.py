"""What the file of a log is: its tables, how it is opened, and what its failures mean.

The file is an SQLite database in WAL mode. New pages go to `FILE-wal`, each with a checksum that
covers all before it, and a checkpoint later copies them into the file. That makes the file's
promise: cut the `-wal` at any byte and what is left is a whole number of transactions. It holds
as long as no checkpoint has copied pages whose transaction the cut removes. Hence nobody
checkpoints on the way (SQLite would after each thousand pages, in whatever process commits then),
and the tables are in the file itself before it gets its name. Only the writer checkpoints: when
the `-wal` is large, and at its end.

In `meta`: `format`, the number of this layout; `written_by`, the version of the last writer;
`epoch`, how many writers there have been; `controls_taken`, the id of the last control request that
was taken; `syncs`, counted up by commits that might have nothing else to write.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from brooks import __version__
from brooks.errors import BrooksError, OutsideError, UsageError
from brooks.ids import BlobHash, Position
from brooks.log.store import EncodedRecord, blob_absent, hash_blob

FORMAT = 1
"""The newest layout of a log file that this version reads, and the one it writes."""

BUSY_SECONDS = 5.0
"""How long a commit waits for another process's commit. A process that is killed lets go at once;
this is for one that was stopped in the middle."""

Query: TypeAlias = Callable[[str, tuple[Any, ...]], list[tuple[Any, ...]]]
"""Runs one SQL statement with its parameters and returns all rows."""

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
CREATE TABLE record (position INTEGER PRIMARY KEY, time REAL NOT NULL, cause INTEGER NOT NULL,
                     kind TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE blob (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, data BLOB NOT NULL);
CREATE TABLE control (id INTEGER PRIMARY KEY, request TEXT NOT NULL);
"""

_SMALLEST_FILE = 512
"""The smallest page SQLite can have. It may take a shorter file for a new database, and delete the
`-wal` beside it, so such a file must not reach it."""

_ROWS_AT_ONCE = 1000
"""Records are fetched in slices, so that no slow reader holds a snapshot and delays checkpoints."""

_WHAT_NEXT: Mapping[int, str] = {
    sqlite3.SQLITE_FULL: "what was committed is whole; free some disk space and go on",
    sqlite3.SQLITE_BUSY: "another process is in the middle of a commit; end it if it is stuck",
    sqlite3.SQLITE_LOCKED: "another process is in the middle of a commit; end it if it is stuck",
    sqlite3.SQLITE_READONLY: "make the file and its folder writable",
    sqlite3.SQLITE_PERM: "check the permissions of the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "check that its folder exists and may be read and written",
    sqlite3.SQLITE_IOERR: "check the disk, then resume the run",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; restore it from a copy",
    sqlite3.SQLITE_NOTADB: "check the path; if it was a log it is damaged: restore it from a copy",
}


def create_file(path: Path) -> None:
    """Write an empty log to `path`, whole or not at all. The caller holds the lock of `path`."""
    draft = path.with_name(f"{path.name}.new")
    try:
        for ending in ("", "-journal", "-wal", "-shm"):
            draft.with_name(f"{draft.name}{ending}").unlink(missing_ok=True)
        connection = sqlite3.connect(draft, isolation_level=None)
        try:
            connection.executescript(f"PRAGMA synchronous = FULL; BEGIN;{_TABLES}")
            connection.executemany(
                "INSERT INTO meta VALUES (?, ?)",
                [
                    ("format", FORMAT),
                    ("written_by", __version__),
                    ("epoch", 0),
                    ("controls_taken", 0),
                    ("syncs", 0),
                ],
            )
            connection.execute("COMMIT")
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close()
        draft.replace(path)
        _sync_folder(path.parent)
    except sqlite3.Error as error:
        raise explain(error, path) from error
    except OSError as error:
        raise OutsideError(
            f"log {str(path)!r} cannot be created ({error.strerror}): check its folder and disk"
        ) from error


def open_file(path: Path, *, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """Open the log at `path` for writing, if it is one; creates no log."""
    check_file(path)
    _refuse_no_database(path)
    return connect(path, "mode=rw", busy_seconds=busy_seconds, named=path)


def check_file(path: Path) -> None:
    """Raise unless there is a file at `path` that may be handed to SQLite."""
    try:
        size = path.stat().st_size if path.is_file() else None
    except OSError as error:
        raise OutsideError(
            f"log {str(path)!r} cannot be read ({error.strerror}): check the permissions"
        ) from error
    if size is None:
        raise UsageError(f"there is no log at {str(path)!r}: check the path, or start a run")
    if size < _SMALLEST_FILE:
        raise damaged(path, f"it has only {size} bytes")


def connect(
    path: Path, options: str, *, busy_seconds: float = BUSY_SECONDS, named: Path
) -> sqlite3.Connection:
    """Open the database at `path` with SQLite's URI `options`; messages call it `named`."""
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?{options}",
            uri=True,
            isolation_level=None,
            timeout=busy_seconds,
        )
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        _check_format(connection, named)
    except (sqlite3.Error, BrooksError) as error:
        if connection is not None:
            connection.close()
        if isinstance(error, sqlite3.Error):
            raise explain(error, named) from error
        raise
    return connection


def explain(error: sqlite3.Error, path: Path) -> OutsideError:
    """Return what `error` means for the log at `path`, and what to do about it."""
    advice = _WHAT_NEXT.get(primary_code(error), "check that it is a log and that its disk works")
    return OutsideError(f"log {str(path)!r}: {error}: {advice}")


def primary_code(error: sqlite3.Error) -> int:
    """Return SQLite's code for `error` without the detail it keeps in the higher bits."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def damaged(path: Path, what: str) -> OutsideError:
    """Return the error for a log at `path` that is not as it was written."""
    return OutsideError(f"log {str(path)!r} is damaged: {what}: restore it from a copy")


def meta(query: Query, key: str, *, path: Path) -> int:
    """Return a number from the `meta` table."""
    rows = query("SELECT value FROM meta WHERE key = ?", (key,))
    if not rows or not isinstance(rows[0][0], int):
        raise damaged(path, f"its {key!r} is missing")
    return rows[0][0]


def _refuse_no_database(path: Path) -> None:
    """Let SQLite look before it may write, as it deletes the `-wal` beside what is no database.

    Another complaint is no reason to refuse: the file alone, without its `-wal`, may be half of a
    checkpoint.
    """
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        connection.execute("PRAGMA schema_version")
    except sqlite3.Error as error:
        if primary_code(error) == sqlite3.SQLITE_NOTADB:
            raise explain(error, path) from error
    finally:
        connection.close()


def _check_format(connection: sqlite3.Connection, path: Path) -> None:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE name = 'meta'").fetchall()
    if not tables:
        raise OutsideError(f"{str(path)!r} is a database but not a log of brooks: check the path")
    found = dict(
        connection.execute("SELECT key, value FROM meta WHERE key IN ('format', 'written_by')")
    )
    number = found.get("format")
    if not isinstance(number, int):
        raise damaged(path, "its 'format' is missing")
    if number > FORMAT:
        raise UsageError(
            f"log {str(path)!r} was written by brooks {found.get('written_by')} in format "
            f"{number}; this is brooks {__version__}, which reads formats up to {FORMAT}: "
            "upgrade with 'pip install --upgrade brooks'"
        )


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Committed:
    """The committed records and blobs of a log, read through a `Query`."""

    def __init__(self, query: Query, path: Path) -> None:
        self._query = query
        self._path = path

    def last_position(self) -> Position:
        rows = self._query("SELECT max(position) FROM record", ())
        return Position(rows[0][0] or 0)

    def read(self, after: Position, *, until: Position) -> Iterator[EncodedRecord]:
        """Yield the records from behind `after` to `until`, which must be in the log."""
        start = int(after)
        while start < until:
            stop = min(start + _ROWS_AT_ONCE, until)
            rows = self._query(
                "SELECT position, time, cause, kind, data FROM record"
                " WHERE position > ? AND position <= ? ORDER BY position",
                (start, stop),
            )
            if len(rows) != stop - start:
                raise damaged(
                    self._path, f"{stop - start - len(rows)} records after {start} are missing"
                )
            yield from map(EncodedRecord._make, rows)
            start = stop

    def blob(self, blob_hash: BlobHash) -> bytes:
        rows = self._query("SELECT data FROM blob WHERE hash = ?", (blob_hash,))
        if not rows:
            raise blob_absent(blob_hash, holder=f"log {str(self._path)!r}")
        data: bytes = rows[0][0]
        if hash_blob(data) != blob_hash:
            raise damaged(self._path, f"the bytes of blob {blob_hash!r} have changed")
        return data

    def has_blob(self, blob_hash: BlobHash) -> bool:
        return bool(self._query("SELECT 1 FROM blob WHERE hash = ?", (blob_hash,)))

    def blob_hashes(self) -> list[BlobHash]:
        return [BlobHash(row[0]) for row in self._query("SELECT hash FROM blob ORDER BY id", ())]
