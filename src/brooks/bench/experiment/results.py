"""The folder of results: one file a run, written whole or not at all.

OUT/done/ID.msgpack     the rows of a run that was made
OUT/failed/ID.msgpack   why a run could not be; it is tried again the next time
OUT/runs/ID/            the run folder of a run with a paid model, which can be resumed
OUT/logs/ID.jsonl       the log of a simulated run, if asked for
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from brooks.analysis.columns import TABLES, Rows
from brooks.bench.experiment.inputs import LOCK
from brooks.errors import OutsideError, UsageError
from brooks.log.lock import WriterLock
from brooks.runtime.run_folder import keep_out_of_git

_SUFFIX = ".msgpack"


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A run that was made."""

    rows: Rows
    made_by: str
    """The version of brooks that made it."""
    seconds: float
    """Real time that it took."""
    cpu_seconds: float


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """A run that could not be made."""

    error: str
    made_by: str


Kept = TypeVar("Kept", Result, Failure)


class ResultFolder:
    """Where the results of one experiment are."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def runs(self) -> Path:
        """The run folders of runs with paid models."""
        return self.path / "runs"

    def log_of(self, run: str) -> Path:
        """The exported log of a run."""
        return self.path / "logs" / f"{run}.jsonl"

    def make(self) -> None:
        """Make the folder.

        Raises:
            OutsideError: It cannot be made.
        """
        try:
            for name in ("done", "failed", "logs"):
                (self.path / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutsideError(
                f"cannot make the folder of results {str(self.path)!r}: {error.strerror}: name "
                "another with -o"
            ) from error
        keep_out_of_git(self.path.parent.parent)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only one who writes here.

        Raises:
            UsageError: Another process does.
        """
        try:
            lock = WriterLock.acquire(self.path / Path(LOCK).stem)
        except UsageError as error:
            raise UsageError(
                f"another process works in {str(self.path)!r}: wait for it, or name another folder "
                "with -o"
            ) from error
        try:
            yield
        finally:
            lock.release()

    def done(self) -> frozenset[str]:
        """The ids of runs that were made."""
        return self._ids("done")

    def failed(self) -> frozenset[str]:
        """The ids of runs that could not be."""
        return self._ids("failed")

    def _ids(self, kind: str) -> frozenset[str]:
        try:
            names = [path.name for path in (self.path / kind).iterdir()]
        except FileNotFoundError:
            return frozenset()
        return frozenset(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX))

    def keep(self, run: str, result: bytes) -> None:
        """Keep the encoded `Result` of a run, in place of any failure."""
        write_whole(self._file("done", run), result)
        self._file("failed", run).unlink(missing_ok=True)

    def keep_failure(self, run: str, failure: Failure) -> None:
        """Keep why a run could not be made."""
        write_whole(self._file("failed", run), msgspec.msgpack.encode(failure))

    def result(self, run: str) -> Result:
        """The result of a run that was made.

        Raises:
            UsageError: The program that made it knew other columns.
            OutsideError: Its file is damaged.
        """
        result = self._read("done", run, Result)
        if {name: tuple(rows) for name, rows in result.rows.items()} != _COLUMNS:
            raise UsageError(
                f"the results in {str(self.path)!r} were made by brooks {result.made_by}, whose "
                "tables have other columns: name another folder with -o"
            )
        return result

    def failure(self, run: str) -> Failure:
        """Why a run could not be made."""
        return self._read("failed", run, Failure)

    def _read(self, kind: str, run: str, what: type[Kept]) -> Kept:
        path = self._file(kind, run)
        try:
            return msgspec.msgpack.decode(path.read_bytes(), type=what)
        except msgspec.DecodeError as error:
            raise OutsideError(
                f"{str(path)!r} is damaged ({error}): delete it, and the run is made again"
            ) from error

    def _file(self, kind: str, run: str) -> Path:
        return self.path / kind / f"{run}{_SUFFIX}"


_COLUMNS = {table.name: table.names for table in TABLES}


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that whoever reads it finds all of it or none."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(data)
    temporary.replace(path)
