"""One log, read while another process writes it: only what is new is read, and folded at once.

A tail outlives the writer. When the run crashes and is resumed the same file goes on, perhaps with
another `-wal` beside it: the reader is then opened anew, and nothing is read twice. When the file
itself is another one, as after a run was deleted and begun again under its name, all is read from
the start.

A tail belongs to the thread that first calls `grow`.
"""

from pathlib import Path
from typing import NamedTuple

import msgspec

from brooks.core.applying import apply
from brooks.core.events import Record
from brooks.core.spec import Spec
from brooks.core.state import State
from brooks.ids import BlobHash, Position
from brooks.log.codec import Codec
from brooks.log.reader import SqliteReader
from brooks.log.sqlite import SqliteLog


class _Files(NamedTuple):
    """Which files a log is made of now: inodes, 0 for what is not there."""

    file: int
    beside: tuple[int, int]


class LogTail:
    """The records of a log and what they fold into, up to where they were last read."""

    def __init__(self, log: Path) -> None:
        self.records: list[Record] = []
        """Every record so far; grows at its end."""
        self.state = State()
        """What they fold into."""
        self._log = log
        self._codec = Codec()
        self._reader: SqliteReader | None = None
        self._files = _Files(0, (0, 0))
        self._spec: tuple[BlobHash, Spec] | None = None

    @property
    def position(self) -> Position:
        """Of the last record that was read."""
        return self.state.position

    def grow(self) -> bool:
        """Read what is new; whether there was anything.

        Raises:
            UsageError: There is no log, or a newer program wrote it.
            OutsideError: The log is damaged.
        """
        reader = self._open()
        last = reader.last_position()
        if last < self.position:
            self._begin_again()
        if last == self.position:
            return False
        for record in self._codec.decode_all(reader.read(self.position)):
            apply(self.state, record)
            self.records.append(record)
        return True

    def spec(self) -> Spec | None:
        """The spec of the run; None when it has not begun."""
        if self.state.run is None:
            return None
        wanted = self.state.run.spec
        if self._spec is None or self._spec[0] != wanted:
            self._spec = (wanted, msgspec.json.decode(self.blob(wanted), type=Spec))
        return self._spec[1]

    def blob(self, blob_hash: BlobHash) -> bytes:
        """A content that a record names."""
        return self._open().blob(blob_hash)

    def close(self) -> None:
        """Let go of the file; `grow` takes it up again."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _open(self) -> SqliteReader:
        files = _files(self._log)
        if self._reader is not None and files == self._files:
            return self._reader
        if files.file != self._files.file:
            self._begin_again()
        self.close()
        self._files = files
        self._reader = SqliteLog.open_reader(self._log)
        return self._reader

    def _begin_again(self) -> None:
        self.records = []
        self.state = State()
        self._spec = None


def _files(log: Path) -> _Files:
    beside = (_inode(log.with_name(f"{log.name}{ending}")) for ending in ("-wal", "-shm"))
    wal, shared = beside
    return _Files(_inode(log), (wal, shared))


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0
