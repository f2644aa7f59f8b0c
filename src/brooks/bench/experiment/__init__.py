"""Experiments: a grid of runs, made in parallel, resumable, with tables and a manifest at the end.

    experiment = Experiment(name="mine", suites=(bundled_suite("mathlib/mixed"),), teams=(…,))
    finished = run_experiment(experiment, Path("results"), jobs=2)
    tables = read_tables(finished.out)

`read_experiment` reads one from a file. A grid is laid out in `grid`, one run of it is made in
`carrying` (or `durable`, where it costs something), `working` is what workers do with them, and
`joining` and `manifest` write what is left at the end.
"""

from brooks.bench.experiment.estimate import Cost, Estimate, estimate
from brooks.bench.experiment.inputs import bundled_suite, read_experiment
from brooks.bench.experiment.joining import Failed, read_tables
from brooks.bench.experiment.manifest import Past, read_manifest
from brooks.bench.experiment.running import Finished, Step, run_experiment
from brooks.bench.experiment.summary import CellSummary
from brooks.runtime.fleet import default_jobs

__all__ = [
    "CellSummary",
    "Cost",
    "Estimate",
    "Failed",
    "Finished",
    "Past",
    "Step",
    "bundled_suite",
    "default_jobs",
    "estimate",
    "read_experiment",
    "read_manifest",
    "read_tables",
    "run_experiment",
]
