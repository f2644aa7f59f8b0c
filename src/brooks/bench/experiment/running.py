"""Running an experiment: what is missing is made, and what there is becomes tables.

`run_experiment` may be called again and again on one folder: it goes on where it stopped. Everything
it needs is in the `Experiment`, which need not come from a file.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from brooks.bench.experiment.carrying import Brought, Made, keep
from brooks.bench.experiment.grid import Grid, is_paid
from brooks.bench.experiment.joining import Failed, join, write_tables
from brooks.bench.experiment.manifest import FILE, made_by, manifest
from brooks.bench.experiment.results import Failure, ResultFolder, write_whole
from brooks.bench.experiment.sending import encode_grid
from brooks.bench.experiment.stopwatch import Stopwatch
from brooks.bench.experiment.summary import CellSummary, summarise
from brooks.bench.experiment.working import Making, Remaking
from brooks.errors import OutsideError
from brooks.runtime.fleet import Fleet, Fleets, LocalFleets, Lost
from brooks.spec.experiment import Experiment


class Step(NamedTuple):
    """How far an experiment is."""

    made: int
    """Runs that were made just now."""
    failed: int
    """Those of them that could not be."""
    wanted: int
    """Runs that were missing at the beginning."""
    seconds: float
    """Since the beginning."""

    @property
    def seconds_left(self) -> float | None:
        """How long the rest takes if it goes on like this; None before the first run."""
        return self.seconds / self.made * (self.wanted - self.made) if self.made else None


class Finished(NamedTuple):
    """What an experiment came to."""

    out: Path
    planned: int
    """Runs of the grid."""
    done: int
    """Those that were made, now or earlier."""
    made_now: int
    failures: tuple[Failed, ...]
    """Runs that could not be made, in the order of the grid."""
    missing: int
    """Runs that nobody tried to make, because it was interrupted."""
    is_interrupted: bool
    tables: Mapping[str, str]
    """A hash of the values of each table."""
    made_by: tuple[str, ...]
    """The versions of brooks that made the runs."""
    cells: tuple[CellSummary, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every run was made."""
        return self.done == self.planned


def run_experiment(
    experiment: Experiment,
    out: Path,
    *,
    jobs: int | None = None,
    engine: Fleets | None = None,
    on_progress: Callable[[Step], None] = lambda step: None,
    on_stop: Callable[[], None] = lambda: None,
    keep_logs: bool = False,
) -> Finished:
    """Make the runs of a grid that are missing in a folder, and write the tables.

    Runs with models that cost something are made without asking: show `estimate` before. With more
    than one job, a script that calls this needs the usual `if __name__ == "__main__":`.

    Args:
        experiment: The grid.
        out: The folder of results; made if it is not there.
        jobs: How many processes work; None for one a core. One works in this process.
        engine: Where the runs are made; None for processes of this machine. Runs with models that cost
            something are made on this machine all the same, since what is paid for is kept on its disk.
        on_progress: Told after each run.
        on_stop: Told when the user stops it, before replies in flight are waited for.
        keep_logs: Whether the log of each simulated run is kept, as `brooks export` writes it.

    Raises:
        UsageError: Something that the experiment names cannot be, or another process works in `out`.
        OutsideError: The folder cannot be written.
    """
    out = out.absolute()
    folder = ResultFolder(out)
    grid = Grid(experiment, out)
    grid.check()
    ids = grid.ids
    folder.make()
    with folder.locked():
        wanted = missing_runs(grid, folder, keep_logs=keep_logs)
        maker = _Maker(
            grid, folder, engine or LocalFleets(jobs=jobs), jobs=jobs, keep_logs=keep_logs
        )
        made_now, interrupted = maker.make(wanted, on_progress=on_progress, on_stop=on_stop)
        joined = join(grid, folder)
        write_tables(joined.rows, out)
        facts = json.dumps(manifest(grid, joined, out=out), indent=2, ensure_ascii=False)
        write_whole(out / FILE, f"{facts}\n".encode())
    return Finished(
        out=out,
        planned=len(ids),
        done=joined.done,
        made_now=made_now,
        failures=joined.failures,
        missing=joined.missing,
        is_interrupted=interrupted,
        tables=joined.hashes,
        made_by=joined.made_by,
        cells=tuple(summarise(joined.rows)),
    )


def missing_runs(grid: Grid, folder: ResultFolder, *, keep_logs: bool = False) -> list[int]:
    """The numbers of the runs that are still to be made, in the order of the grid."""
    done = folder.done()

    def has_log(index: int, run: str) -> bool:
        return folder.log_of(run).is_file() or is_paid(grid.spec_of(grid.runs[index]))

    return [
        index
        for index, run in enumerate(grid.ids)
        if run not in done or (keep_logs and not has_log(index, run))
    ]


class _Maker:
    """Has the runs of a grid made, and keeps what did not keep itself."""

    def __init__(
        self,
        grid: Grid,
        folder: ResultFolder,
        engine: Fleets,
        *,
        jobs: int | None,
        keep_logs: bool,
    ) -> None:
        self._grid = grid
        self._folder = folder
        self._engine = engine
        self._jobs = jobs
        self._keep_logs = keep_logs
        self._made_by = made_by()

    def make(
        self,
        wanted: Sequence[int],
        *,
        on_progress: Callable[[Step], None],
        on_stop: Callable[[], None],
    ) -> tuple[int, bool]:
        """Have runs made, and say how many were and whether the user stopped it."""
        watch = Stopwatch()
        made = failed = 0
        try:
            with ExitStack() as fleets, _telling(on_stop):
                for result in self._all(wanted, fleets):
                    if result.is_interrupted:
                        return made, True
                    made += 1
                    failed += bool(result.error)
                    on_progress(Step(made, failed, len(wanted), watch.read().seconds))
        except KeyboardInterrupt:
            return made, True
        return made, False

    def _all(self, wanted: Sequence[int], fleets: ExitStack) -> Iterator[Made]:
        here, there = list(wanted), []
        if not self._engine.sees_our_files:
            runs = self._grid.runs
            here = [index for index in wanted if is_paid(self._grid.spec_of(runs[index]))]
            are_here = set(here)
            there = [index for index in wanted if index not in are_here]
        if there:
            work = Remaking(
                encode_grid(self._grid, there), made_by=self._made_by, keep_logs=self._keep_logs
            )
            yield from self._answers(self._engine.fleet(work), there, fleets)
        if here:
            engine = self._engine if self._engine.sees_our_files else LocalFleets(jobs=self._jobs)
            making = Making(
                msgspec.json.encode(self._grid.experiment),
                out=self._folder.path,
                made_by=self._made_by,
                keep_logs=self._keep_logs,
            )
            yield from self._answers(engine.fleet(making), here, fleets)

    def _answers(
        self, fleet: Fleet[int, Any], wanted: Sequence[int], fleets: ExitStack
    ) -> Iterator[Made]:
        fleets.callback(fleet.close)
        for answer in fleet.carry_out(wanted):
            if isinstance(answer, Lost):
                yield self._keep_failure(
                    Made(index=answer.piece, run="", seconds=0.0, error=answer.reason)
                )
            elif isinstance(answer.made, Brought):
                yield self._keep(answer.piece, answer.made)
            else:
                yield self._keep_failure(answer.made)

    def _keep(self, index: int, brought: Brought) -> Made:
        """Keep what a worker sent that does not see our files."""
        if brought.made.run not in {"", self._grid.ids[index]}:
            raise OutsideError(
                f"a worker of the cluster made another run than it was asked for ({brought.made.run!r} "
                f"for {self._grid.ids[index]!r}): install the same brooks there as here"
            )
        keep(brought, self._folder, made_by=self._made_by)
        return self._keep_failure(brought.made)

    def _keep_failure(self, made: Made) -> Made:
        """Keep why a run could not be made, where its worker could not do so itself."""
        if made.error and not made.run:
            failure = Failure(error=made.error, made_by=self._made_by)
            self._folder.keep_failure(self._grid.ids[made.index], failure)
        return made


@contextmanager
def _telling(on_stop: Callable[[], None]) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        on_stop()
        raise
