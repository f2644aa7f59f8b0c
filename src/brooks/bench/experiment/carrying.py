"""One run of the grid, from its spec to its rows: in memory where nothing is real, else in a run folder."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import msgspec

from brooks.analysis.columns import Rows
from brooks.analysis.tabling import About, Called, rows_of
from brooks.bench.experiment.durable import Kept, UnfinishedError, carry_out_durably
from brooks.bench.experiment.grid import Grid, Planned, is_paid
from brooks.bench.experiment.inputs import Inputs
from brooks.bench.experiment.results import Failure, Result, ResultFolder, write_whole
from brooks.bench.experiment.stopwatch import Stopwatch
from brooks.core.message import Message
from brooks.core.spec import Spec
from brooks.ids import BlobHash, TaskId
from brooks.log.codec import Codec
from brooks.log.store import LogStore
from brooks.models.base import ToolCall, decode_reply
from brooks.runtime.in_memory import NO_RUNS, exported, run_in_memory
from brooks.runtime.model_factory import ModelFactory
from brooks.runtime.processes import at_most

MOST_SECONDS = 120.0
"""Real time after which a run with modelled checks is taken to turn in circles; most take a tenth of one."""
MOST_SECONDS_WITH_CHECKS = 1800.0
LONGEST_ERROR = 500


class Made(Message, frozen=True, kw_only=True):
    """What became of one run."""

    index: int
    run: str
    seconds: float
    """Real time that it took."""
    error: str = ""
    """Why it could not be made; empty if it was."""
    is_interrupted: bool = False
    """Whether the user stopped it."""


class Brought(NamedTuple):
    """What became of one run, with all that is to be kept of it."""

    made: Made
    result: bytes = b""
    """Its `Result`, encoded; empty if it could not be made."""
    log: bytes = b""
    """Its log as `brooks export` writes it; empty unless it is to be kept."""


class Carrier:
    """Makes runs of one grid."""

    def __init__(
        self,
        grid: Grid,
        *,
        made_by: str,
        keep_logs: bool = False,
        folder: ResultFolder | None = None,
        models: Callable[[], ModelFactory] = lambda: ModelFactory(NO_RUNS),
    ) -> None:
        """Say of which grid.

        Args:
            grid: The runs.
            made_by: The version of brooks that is noted with each.
            keep_logs: Whether the logs of simulated runs are kept too.
            folder: Where results are kept, and where runs with paid models have their folders; None
                where its disk is not seen, and no such run can be made.
            models: What makes the models of a simulated run.
        """
        self._grid = grid
        self._folder = folder
        self._made_by = made_by
        self._keep_logs = keep_logs
        self._models = models

    def carry_out(self, index: int) -> Made:
        """Make a run, and keep what came of it in the folder."""
        brought = self.make(index)
        assert self._folder is not None
        keep(brought, self._folder, made_by=self._made_by)
        return brought.made

    def make(self, index: int) -> Brought:
        """Make a run; whatever it raises is its result."""
        planned = self._grid.runs[index]
        watch = Stopwatch()
        run = ""
        try:
            spec = self._grid.spec_of(planned)
            run = self._grid.id_of(planned, spec)
            rows, log = self._rows(run, planned, spec)
        except Exception as error:  # noqa: BLE001 - a run that raises is one of the results
            text = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
            interrupted = isinstance(error, UnfinishedError) and error.is_interrupted
            made = Made(
                index=index,
                run=run,
                seconds=watch.read().seconds,
                error=text,
                is_interrupted=interrupted,
            )
            return Brought(made)
        took = watch.read()
        result = Result(
            rows=rows, made_by=self._made_by, seconds=took.seconds, cpu_seconds=took.cpu_seconds
        )
        made = Made(index=index, run=run, seconds=took.seconds)
        return Brought(made, msgspec.msgpack.encode(result), log)

    def _rows(self, run: str, planned: Planned, spec: Spec) -> tuple[Rows, bytes]:
        """The rows of a run, and its log if that is to be kept."""
        inputs = self._grid.inputs_of(planned.cell)
        text = b""
        if is_paid(spec):
            assert self._folder is not None
            kept = carry_out_durably(run, spec, inputs, folder=self._folder)
        else:
            limit = MOST_SECONDS if spec.checks.mode == "modelled" else MOST_SECONDS_WITH_CHECKS
            with at_most(limit):
                log = _in_memory(spec, inputs, self._models())
            if self._keep_logs:
                text = exported(log)
            kept = Kept(list(_codec().decode_all(log.read())), log.blob)
        return fold(run, spec, kept, labels=self._grid.labels(planned)), text


def keep(brought: Brought, folder: ResultFolder, *, made_by: str) -> None:
    """Keep what came of a run; of one that was interrupted, nothing."""
    made = brought.made
    if brought.log:
        write_whole(folder.log_of(made.run), brought.log)
    if brought.result:
        folder.keep(made.run, brought.result)
    elif made.run and not made.is_interrupted:
        folder.keep_failure(made.run, Failure(error=made.error, made_by=made_by))


def fold(run: str, spec: Spec, kept: Kept, *, labels: dict[str, str | int]) -> Rows:
    """The rows of a run."""
    about = About(
        run=run,
        project=str(labels["project"]),
        structure=str(labels["structure"]),
        repetition=int(labels["repetition"]),
        faults=str(labels["faults"]),
        simulated=not is_paid(spec),
    )

    def calls_of(reply: BlobHash) -> list[Called]:
        return list(map(_called, decode_reply(kept.blob(reply)).calls))

    return rows_of(kept.records, spec, about, calls_of=calls_of)


def _called(call: ToolCall) -> Called:
    task = call.arguments.get("task")
    return Called(call.id, call.name, TaskId(task) if isinstance(task, str) else None)


def _in_memory(spec: Spec, inputs: Inputs, models: ModelFactory) -> LogStore:
    made = run_in_memory(
        spec, inputs.file.blobs, inputs.files, executable=inputs.executable, models=models
    )
    return made.log


@cache
def _codec() -> Codec:
    return Codec()
