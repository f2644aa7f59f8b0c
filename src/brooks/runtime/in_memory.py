"""Runs with everything in memory: nothing is read from a disk, and nothing left on one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from brooks.core.events import Record
from brooks.core.spec import Spec, Task
from brooks.core.state import State
from brooks.ids import BlobHash, TaskId
from brooks.log.codec import Codec
from brooks.log.memory import ForgetfulLog, MemoryLog
from brooks.log.store import LogReader, LogStore
from brooks.models.solutions import NOTHING_FOUND
from brooks.runtime.model_factory import ModelFactory
from brooks.runtime.running import Surroundings, start
from brooks.workspace.memory import MemoryWorkspace, UnreadWorkspace

NO_RUNS = Path("none")
"""Where recorded models would be looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InMemory:
    """A run that was made in memory."""

    state: State
    log: LogStore


def run_in_memory(
    spec: Spec,
    blobs: Mapping[BlobHash, bytes],
    files: Mapping[str, bytes],
    *,
    executable: frozenset[str] = frozenset(),
    models: ModelFactory | None = None,
    log: LogStore | None = None,
    found: Mapping[TaskId, tuple[Task, ...]] = NOTHING_FOUND,
    is_only_watched: bool = False,
    on_record: Callable[[Record], None] = lambda record: None,
) -> InMemory:
    """Make a run from its beginning to its end.

    Args:
        spec: What is run.
        blobs: What the spec names by hash.
        files: What the workspace starts with.
        executable: Those of them that may be run.
        models: What makes the models; None for one that knows no keys and no earlier runs.
        log: Where its events go; None for a log in memory.
        found: Tasks that simulated agents come upon, by the task that leads to them.
        is_only_watched: Whether nobody but `on_record` wants to know what happens: unless there is a `log`,
            none is kept then, nor are the files that come out.
        on_record: Sees every record once it is committed.
    """
    workspace = UnreadWorkspace if is_only_watched else MemoryWorkspace
    log = log or (ForgetfulLog() if is_only_watched else MemoryLog())
    around = Surroundings(
        log=log,
        workspace=workspace(files, executable=executable),
        models=models or ModelFactory(NO_RUNS),
        on_record=on_record,
        found=found,
    )
    return InMemory(state=start(spec, dict(blobs), around), log=log)


def exported(log: LogReader) -> bytes:
    """The log as `brooks export` writes it."""
    codec = Codec()
    return b"".join(codec.line(row) + b"\n" for row in log.read())
