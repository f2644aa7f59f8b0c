"""A run with a model that costs something: in a run folder of its own, so that nothing is paid for twice.

The folder is one that `brooks show`, `audit` and `resume` read too. A run that stopped, for whatever
reason, is gone on with from its log; one that came to its end is only read.
"""

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from brooks.bench.experiment.inputs import Inputs
from brooks.bench.experiment.results import ResultFolder
from brooks.core.board import fold
from brooks.core.events import Record, ReplyReceived
from brooks.core.facts import Outcome
from brooks.core.spec import Spec
from brooks.errors import OutsideError, UsageError
from brooks.ids import BlobHash
from brooks.log.codec import Codec
from brooks.log.redaction import Redactor
from brooks.log.sqlite import SqliteLog
from brooks.models.keys import Keys
from brooks.models.solutions import Solutions
from brooks.runtime.beginnings import all_models, beginning, own_signals
from brooks.runtime.chance import stream
from brooks.runtime.model_factory import ModelFactory
from brooks.runtime.routes import settings_for
from brooks.runtime.run_folder import RunFolder, create_run_folder
from brooks.runtime.running import Surroundings, resume, start
from brooks.workspace.folder import FolderWorkspace

_ENDS = frozenset({Outcome.DONE, Outcome.FAILED, Outcome.BUDGET, Outcome.CANCELLED})
"""Ends that are results; after any other the run goes on."""


class Kept(NamedTuple):
    """What is kept of a run."""

    records: list[Record]
    blob: Callable[[BlobHash], bytes]
    """The bytes of its replies."""


class UnfinishedError(OutsideError):
    """The run stopped before its end; the same command goes on with it."""

    def __init__(self, message: str, *, is_interrupted: bool) -> None:
        super().__init__(message)
        self.is_interrupted = is_interrupted


def carry_out_durably(run: str, spec: Spec, inputs: Inputs, *, folder: ResultFolder) -> Kept:
    """Make a run, or go on with it, and give what is kept of it.

    Raises:
        UnfinishedError: It did not come to its end.
    """
    where = RunFolder(folder.runs / run)
    records = _records(where)
    if not records:
        shutil.rmtree(where.path, ignore_errors=True)
        with own_signals():
            _start(where, spec, inputs)
    elif _end(records) not in _ENDS:
        with own_signals():
            _resume(where)
    records = _records(where)
    state = fold(records)
    if state.finished is None or state.finished[0] not in _ENDS:
        reason = "it was cut short" if state.finished is None else state.finished[1]
        interrupted = state.finished is not None and state.finished[0] is Outcome.INTERRUPTED
        raise UnfinishedError(
            f"{reason}: the same command goes on with it", is_interrupted=interrupted
        )
    return Kept(records, _replies(where, records).__getitem__)


def try_models(spec: Spec, inputs: Inputs) -> None:
    """Raise what is wrong with a run's models, such as a missing key, before anything is paid for."""
    keys = _keys()
    redactor = Redactor(keys.secrets())
    if any(map(redactor.holds, (msgspec.json.encode(spec), *inputs.file.blobs.values()))):
        raise UsageError(
            f"one of your keys stands in {str(inputs.file.path)!r}, in what it names, or in the "
            "experiment: take it out, and put it into the environment or into '.env'"
        )
    factory = ModelFactory(Path("none"), keys=keys, copies=Path())
    solutions = Solutions(spec.tasks, inputs.file.blobs.__getitem__)
    known = {one.model: one for one in spec.models}
    for model in all_models(spec):
        factory.make(
            model,
            settings=settings_for(known, model),
            solutions=solutions,
            chance=partial(stream, spec.seed),
        )


def _start(where: RunFolder, spec: Spec, inputs: Inputs) -> None:
    create_run_folder(where.path.parent, where.id)
    for name, data in inputs.files.items():
        path = where.workspace / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        if name in inputs.executable:
            path.chmod(0o755)
    where.workspace.mkdir(exist_ok=True)
    where.write_manifest(_facts(spec, inputs))
    with closing(SqliteLog.create(where.log)) as log:
        start(spec, dict(inputs.file.blobs), _around(where, log))


def _resume(where: RunFolder) -> None:
    with closing(SqliteLog.open_writer(where.log)) as log:
        resume(_around(where, log))


def _around(where: RunFolder, log: SqliteLog) -> Surroundings:
    keys = _keys()
    redactor = Redactor(keys.secrets())
    return Surroundings(
        log=log,
        workspace=FolderWorkspace(where.workspace, kept_in=where.kept, hides=redactor.holds),
        models=ModelFactory(where.path.parent, keys=keys, copies=where.copies),
        redactor=redactor,
        epoch=log.epoch,
        catch_signals=True,
    )


def _keys() -> Keys:
    return Keys.load(Path(), os.environ)


def _facts(spec: Spec, inputs: Inputs) -> dict[str, Any]:
    """The manifest of the run's folder, with what the other commands read there."""
    return {
        "project": spec.project,
        "tasks": str(inputs.file.path),
        "workspace": None,
        "writes_back": True,
        "git": False,
        "into": None,
        "worktrees": False,
        **beginning(spec, simulated=False),
    }


def _records(where: RunFolder) -> list[Record]:
    """The records of a run's log; none where there is no log."""
    if not where.log.is_file():
        return []
    with closing(SqliteLog.open_reader(where.log)) as log:
        return list(Codec().decode_all(log.read()))


def _replies(where: RunFolder, records: list[Record]) -> dict[BlobHash, bytes]:
    with closing(SqliteLog.open_reader(where.log)) as log:
        return {
            record.event.reply: log.blob(record.event.reply)
            for record in records
            if isinstance(record.event, ReplyReceived)
        }


def _end(records: list[Record]) -> Outcome | None:
    finished = fold(records).finished
    return None if finished is None else finished[0]
