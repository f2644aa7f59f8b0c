"""Running an experiment: what is missing is made, and what there is becomes tables.

`run_experiment` may be called again and again on one folder: it goes on where it stopped. Everything
it needs is in the `Experiment`, which need not come from a file.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from brooks.bench.experiment.carrying import Made
from brooks.bench.experiment.grid import Grid, is_paid
from brooks.bench.experiment.joining import Failed, join, write_tables
from brooks.bench.experiment.manifest import FILE, made_by, manifest
from brooks.bench.experiment.pool import carry_out_all
from brooks.bench.experiment.results import Failure, ResultFolder, write_whole
from brooks.bench.experiment.stopwatch import Stopwatch
from brooks.bench.experiment.summary import CellSummary, summarise
from brooks.bench.experiment.worker import Order
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


def default_jobs() -> int:
    """How many processes work if nobody says: as many as this one may use cores."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_experiment(
    experiment: Experiment,
    out: Path,
    *,
    jobs: int | None = None,
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
        order = Order(
            msgspec.json.encode(experiment), out=out, made_by=made_by(), keep_logs=keep_logs
        )
        made_now, interrupted = _make(
            order,
            wanted,
            ids,
            folder,
            jobs=jobs or default_jobs(),
            on_progress=on_progress,
            on_stop=on_stop,
        )
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


def _make(
    order: Order,
    wanted: list[int],
    ids: tuple[str, ...],
    folder: ResultFolder,
    *,
    jobs: int,
    on_progress: Callable[[Step], None],
    on_stop: Callable[[], None],
) -> tuple[int, bool]:
    """Make runs, and say how many were made and whether the user stopped it."""
    watch = Stopwatch()
    made = failed = 0
    if not wanted:
        return 0, False

    def take(result: Made) -> None:
        nonlocal made, failed
        made += 1
        failed += bool(result.error)
        _keep_lost(result, ids, folder, order.made_by)
        on_progress(Step(made, failed, len(wanted), watch.read().seconds))

    try:
        with closing(carry_out_all(order, wanted, jobs=jobs)) as results, _telling(on_stop):
            for result in results:
                if result.is_interrupted:
                    return made, True
                take(result)
    except KeyboardInterrupt:
        return made, True
    return made, False


@contextmanager
def _telling(on_stop: Callable[[], None]) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        on_stop()
        raise


def _keep_lost(result: Made, ids: tuple[str, ...], folder: ResultFolder, made_by: str) -> None:
    """Keep the failure of a run whose process could not do so itself."""
    if result.error and not result.run:
        folder.keep_failure(ids[result.index], Failure(error=result.error, made_by=made_by))
