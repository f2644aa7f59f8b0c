"""A run's folder and what is in it: made before the run begins, found again when it goes on.

A folder whose run could not begin is taken away again, so that nothing half-made is ever listed.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from brooks.cli.assembling import Prepared
from brooks.cli.options import note
from brooks.core.events import Record
from brooks.errors import OutsideError, UsageError
from brooks.ids import BlobHash
from brooks.log.copied import CopiedLog
from brooks.log.redaction import Redactor
from brooks.log.sqlite import SqliteLog
from brooks.models.keys import Keys
from brooks.runtime.beginnings import beginning
from brooks.runtime.checkouts import Checkouts, kept_checkouts
from brooks.runtime.governor import LaneView
from brooks.runtime.log_copy import (
    copied_in,
    copied_to,
    keep_copied_in,
    restore_files,
    without_copy,
)
from brooks.runtime.model_factory import ModelFactory
from brooks.runtime.run_folder import RunFolder, create_run_folder
from brooks.runtime.running import Surroundings
from brooks.workspace.base import BlobSource, Kept, Snapshot, Workspace
from brooks.workspace.folder import FolderWorkspace
from brooks.workspace.git import GitWorkspace
from brooks.workspace.tree import Change

MOST_SKIPPED = 10
"""Files left out of a run that are named one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """Who looks on while a run goes on."""

    on_record: Callable[[Record], None] = lambda record: None
    """Sees every record once it is committed."""
    on_stop: Callable[[], None] = lambda: None
    """Told when the user asks the run to stop."""
    catch_signals: bool = True
    """Whether Ctrl-C winds the run down."""
    on_note: Callable[[str], None] = note
    """Told in a sentence what the user should know though nothing is wrong."""
    on_lanes: Callable[[tuple[LaneView, ...]], None] | None = None
    """Told twice a second how the lanes of the models stand; None to be told nothing."""


UNWATCHED = Watcher()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A run with its folder, locked for this process."""

    folder: RunFolder
    around: Surroundings


class TellingFolder(FolderWorkspace):
    """A workspace that says which of its files are left out of the run."""

    def __init__(self, root: Path, *, tell: Callable[[str], None], **options: Any) -> None:
        super().__init__(root, **options)
        self._tell = tell

    def read_all(self, put_blob: Callable[[bytes], BlobHash]) -> Snapshot:
        """Read every file, and say what is not taken."""
        snapshot = super().read_all(put_blob)
        for skipped in snapshot.skipped[:MOST_SKIPPED]:
            self._tell(f"note: {skipped.path!r} is left out of the run: {skipped.reason}")
        if len(snapshot.skipped) > MOST_SKIPPED:
            more = len(snapshot.skipped) - MOST_SKIPPED
            self._tell(f"note: {more} more are left out, for the like reasons")
        return snapshot


class UntouchedFolder:
    """A workspace that is read and never written: what simulated work on the user's own files gets."""

    def __init__(self, folder: FolderWorkspace) -> None:
        self._folder = folder

    def read_all(self, put_blob: Callable[[bytes], BlobHash]) -> Snapshot:
        """Read every file."""
        return self._folder.read_all(put_blob)

    def write(
        self,
        changes: Mapping[str, Change],
        ours: Mapping[str, AbstractSet[BlobHash | None]],
        blobs: BlobSource,
    ) -> tuple[Kept, ...]:
        """Leave everything as it is; the results are in the log."""
        return ()

    def ensure_writable(self) -> None:
        """Nothing is written, so nothing can be in the way."""

    def describe(self) -> str:
        """Say which folder this is."""
        return f"{self._folder.describe()}, left as it is: results are in the log"


@contextmanager
def opened_new(
    prepared: Prepared,
    *,
    run_id: str | None = None,
    watcher: Watcher = UNWATCHED,
    log_copy: Path | None = None,
) -> Iterator[Opened]:
    """Make the folder of a new run; it is gone again if nothing was logged in it.

    With `log_copy` the log is kept in that folder of runs too.
    """
    _refuse_keys(prepared)
    folder = create_run_folder(prepared.runs, run_id)
    try:
        facts = {**manifest(prepared), **copied_in(log_copy)}
        if prepared.suite is not None:
            _copy_files(prepared.suite, prepared.workspace or folder.workspace)
        folder.write_manifest(facts)
        log = copied_to(SqliteLog.create(folder.log), folder, facts)
        try:
            around = _surroundings(log, folder, facts, runs=prepared.runs, watcher=watcher)
            with _cleared(folder, around):
                yield Opened(folder=folder, around=around)
        finally:
            log.close()
    except BaseException:
        if _is_empty(folder.log):
            shutil.rmtree(folder.path, ignore_errors=True)
        raise


@contextmanager
def opened_again(
    folder: RunFolder,
    *,
    workspace: Path | None = None,
    watcher: Watcher = UNWATCHED,
    log_copy: Path | None = None,
    is_copied: bool = True,
) -> Iterator[Opened]:
    """Become the writer of a run that stopped.

    Args:
        folder: The run.
        workspace: Where its files are now; None for where they were.
        watcher: Who looks on.
        log_copy: Where the log is kept too from now on; None for where it was, if anywhere.
        is_copied: Whether it is kept in two places at all.

    Raises:
        UsageError: Another process writes it, or it is not known where its files are.
    """
    facts = folder.manifest()
    if workspace is not None:
        facts["workspace"] = str(workspace.absolute())
    elif "workspace" not in facts:
        raise UsageError(
            f"{str(folder.path / 'manifest.json')!r} is lost, and with it the place of the run's "
            "files: name it with --workspace"
        )
    if log_copy is not None or not is_copied:
        keep_copied_in(folder, log_copy)
        facts = {**without_copy(facts), **copied_in(log_copy)}
    log = copied_to(SqliteLog.open_writer(folder.log), folder, facts)
    try:
        if workspace_path(folder, facts) == folder.workspace:
            restore_files(log, folder.workspace)
        around = _surroundings(log, folder, facts, runs=folder.path.parent, watcher=watcher)
        with _cleared(folder, around):
            yield Opened(folder=folder, around=around)
    finally:
        log.close()


@contextmanager
def _cleared(folder: RunFolder, around: Surroundings) -> Iterator[None]:
    """Afterwards take away the checkouts that were just being made when their turns were cut short."""
    try:
        yield
    finally:
        if isinstance(around.workspace, GitWorkspace):
            around.workspace.worktrees.recover(keep=kept_checkouts(folder.copies))


def workspace_path(folder: RunFolder, facts: Mapping[str, Any]) -> Path:
    """Where a run's files are, by its manifest."""
    named = facts.get("workspace")
    return Path(named) if isinstance(named, str) else folder.workspace


def manifest(prepared: Prepared) -> dict[str, Any]:
    """What stands beside the log: where things are and what ran them; never a key."""
    spec = prepared.spec
    workspace = prepared.workspace
    is_suite = prepared.suite is not None
    return {
        "project": spec.project,
        "tasks": prepared.tasks if is_suite else str(Path(prepared.tasks).absolute()),
        "workspace": None if workspace is None else str(workspace.absolute()),
        "writes_back": is_suite or spec.checks.mode == "real",
        "git": prepared.is_on_git,
        "into": prepared.into,
        "worktrees": prepared.worktrees,
        **beginning(spec, simulated=prepared.is_simulated),
    }


def _surroundings(
    log: SqliteLog | CopiedLog,
    folder: RunFolder,
    facts: Mapping[str, Any],
    *,
    runs: Path,
    watcher: Watcher,
) -> Surroundings:
    keys = Keys.load(Path(), os.environ)
    redactor = Redactor(keys.secrets())
    workspace = _workspace(folder, facts, runs, redactor, watcher.on_note)
    places = None
    if facts.get("worktrees") and isinstance(workspace, GitWorkspace):
        places = Checkouts(workspace, outputs=folder.copies)
    return Surroundings(
        log=log,
        workspace=workspace,
        models=ModelFactory(runs, keys=keys, copies=folder.copies, places=places),
        redactor=redactor,
        on_record=watcher.on_record,
        began=began(facts),
        tell=watcher.on_note,
        on_stop=watcher.on_stop,
        epoch=log.epoch,
        catch_signals=watcher.catch_signals,
        on_lanes=watcher.on_lanes,
    )


def _workspace(
    folder: RunFolder,
    facts: Mapping[str, Any],
    runs: Path,
    redactor: Redactor,
    tell: Callable[[str], None],
) -> Workspace:
    root = workspace_path(folder, facts)
    if facts.get("git"):
        return _repository(root, folder, facts, redactor, tell)
    closed = (runs,) if root != folder.workspace else ()
    workspace = TellingFolder(
        root, kept_in=folder.kept, closed=closed, hides=redactor.holds, tell=tell
    )
    return workspace if facts.get("writes_back", True) else UntouchedFolder(workspace)


def _repository(
    root: Path,
    folder: RunFolder,
    facts: Mapping[str, Any],
    redactor: Redactor,
    tell: Callable[[str], None],
) -> GitWorkspace:
    """The user's repository, after whatever a crashed run left in it is taken away."""
    workspace = GitWorkspace(
        root,
        run=folder.path.name,
        run_folder=folder.path,
        into=facts.get("into"),
        hides=redactor.holds,
    )
    workspace.recover(keep=kept_checkouts(folder.copies))
    for text in workspace.notes():
        tell(f"note: {text}")
    return workspace


def began(facts: Mapping[str, Any]) -> float:
    """When the run began, seconds since 1970, by its manifest."""
    text = facts.get("started")
    return datetime.fromisoformat(text).timestamp() if isinstance(text, str) else 0.0


def _refuse_keys(prepared: Prepared) -> None:
    """What the task file names is copied into the log, as the task file itself."""
    redactor = Redactor(Keys.load(Path(), os.environ).secrets())
    if any(map(redactor.holds, prepared.blobs.values())):
        raise UsageError(
            f"a file that {prepared.tasks!r} names, such as a solution, holds one of your keys: take it out"
        )


def _is_empty(log: Path) -> bool:
    """Whether nothing was ever committed to a log, so that its run did not begin."""
    if not log.is_file():
        return True
    with closing(SqliteLog.open_reader(log)) as reader:
        return reader.last_position() == 0


def _copy_files(source: Path, target: Path) -> None:
    """Copy a suite's files into a folder that is new or empty."""
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise UsageError(
                f"the workspace {str(target)!r} is not an empty folder, and a bundled suite brings "
                "its own files: name a new one"
            )
        ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache")
        shutil.copytree(source, target, ignore=ignored, dirs_exist_ok=True)
    except OSError as error:
        raise OutsideError(
            f"cannot copy the suite's files into {str(target)!r}: {error}: make room or give "
            "permission there"
        ) from error
