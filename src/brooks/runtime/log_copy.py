"""A run's second place: a folder of runs on another disk, with a copy of the log that can be resumed.

PLACE/ID/run.db         the log, as far as anybody has acted on it
PLACE/ID/manifest.json  how the run was started

`brooks resume ID --runs-dir PLACE` goes on from there when the first place is lost. From then on the
copy is the run; the first place, should it come back, is refused as its copy.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from brooks.core.applying import fold
from brooks.errors import OutsideError, UsageError
from brooks.log.codec import Codec
from brooks.log.copied import CopiedLog
from brooks.log.sqlite import SqliteLog
from brooks.log.store import LogReader
from brooks.runtime.run_folder import RunFolder, keep_out_of_git
from brooks.workspace.base import materialise
from brooks.workspace.tree import FileEntry

KEY = "log_copy"
"""Where the manifest says where the second place is."""


def copied_in(place: Path | None) -> dict[str, Any]:
    """What the manifest of a run says of its second place, if it has one."""
    return {} if place is None else {KEY: str(place.absolute())}


def without_copy(facts: Mapping[str, Any]) -> dict[str, Any]:
    """A manifest that names no second place."""
    return {name: value for name, value in facts.items() if name != KEY}


def keep_copied_in(folder: RunFolder, place: Path | None) -> None:
    """Write a run's second place into its manifest; None for none."""
    folder.write_manifest({**without_copy(folder.manifest()), **copied_in(place)})


def restore_files(log: LogReader, folder: Path) -> None:
    """Make the folder of a run's files again where it was lost with the first place."""
    if not folder.exists():
        files = fold(list(Codec().decode_all(log.read()))).files
        tree = {
            path: FileEntry(blob=version.blob, executable=version.executable)
            for path, version in files.items()
            if version.blob is not None
        }
        materialise(tree, log, folder)


def copied_to(log: SqliteLog, folder: RunFolder, facts: Mapping[str, Any]) -> SqliteLog | CopiedLog:
    """The log, kept in a second place too if the manifest names one.

    Raises:
        OutsideError: The second place cannot be written.
        UsageError: What is there is no copy of this log, or is being written by another process.
    """
    named = facts.get(KEY)
    if named is None:
        return log
    try:
        second = _open(RunFolder(Path(named) / folder.id), folder, facts)
        try:
            return CopiedLog(log, second)
        except BaseException:
            second.close()
            raise
    except BaseException:
        log.close()
        raise


def _open(copy: RunFolder, folder: RunFolder, facts: Mapping[str, Any]) -> SqliteLog:
    """Become the writer of the log in the second place, which is made if it is not there."""
    if copy.path.resolve() == folder.path.resolve():
        place = str(copy.path.parent)
        raise UsageError(f"--log-copy {place!r} is where the run is: name another disk")
    try:
        copy.path.mkdir(parents=True, exist_ok=True)
        keep_out_of_git(copy.path.parent.parent)
        copy.write_manifest(without_copy(facts))
    except OSError as error:
        raise OutsideError(
            f"the second place {str(copy.path)!r} cannot be written: {error.strerror}: name another "
            "with --log-copy"
        ) from error
    return SqliteLog.open_writer(copy.log) if copy.log.exists() else SqliteLog.create(copy.log)
