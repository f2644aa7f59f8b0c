"""How many times the runs a sweep makes in the same time with two cores instead of one.

A grid of simulated runs is made by one worker, and one of twice as many runs by two; what is given is
how many times as many runs a second the two make: 2 if nothing is lost. That is done several times in
turn, on processes of this machine and on a Ray cluster that is there already, and the smaller of the two
medians counts. All of a sweep is in it: processes that start, results that are written, tables.

    PYTHONPATH=evidence python -m measure.weak_scaling [--runs 600] [--times 3]
"""

import argparse
import json
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median

from brooks.bench.experiment import bundled_suite, run_experiment
from brooks.runtime.fleet import Fleets, LocalFleets, RayFleets
from brooks.spec.experiment import Experiment, TeamChoice
from brooks.spec.teams import build_team

WARMING = 8
"""Runs with which the workers of a cluster are started before anything is timed."""


def main() -> None:
    """Measure both engines."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=600)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    ratios: dict[str, list[float]] = {"local": [], "ray": []}
    rates: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        for time_ in range(options.times):
            for engine in ("local", "ray"):
                one, two = (
                    rate(Path(name) / f"{engine}-{jobs}-{time_}", engine, jobs, options.runs * jobs)
                    for jobs in (1, 2)
                )
                ratios[engine].append(two / one)
                rates.setdefault(f"{engine}, one", []).append(one)
                rates.setdefault(f"{engine}, two", []).append(two)
    medians = {engine: round(median(found), 3) for engine, found in ratios.items()}
    detail = {
        "times as many runs": medians,
        "each": {engine: [round(each, 3) for each in found] for engine, found in ratios.items()},
        "runs a second": {what: round(median(found), 1) for what, found in rates.items()},
        "runs of one worker": options.runs,
    }
    print(json.dumps({"measured": min(medians.values()), "detail": detail}))


def rate(out: Path, name: str, jobs: int, runs: int) -> float:
    """Runs a second of a sweep."""
    chosen: Fleets = LocalFleets(jobs=jobs) if name == "local" else RayFleets(jobs=jobs)
    with closing(chosen) as engine:
        if name == "ray":
            run_experiment(grid(WARMING), out / "warming", engine=engine)
        began = time.perf_counter()
        finished = run_experiment(grid(runs), out / "timed", engine=engine)
        seconds = time.perf_counter() - began
    if not finished.is_complete:
        raise SystemExit(f"runs failed: {finished.failures[:3]}")
    return runs / seconds


def grid(runs: int) -> Experiment:
    """So many runs of one team."""
    return Experiment(
        name="weak",
        suites=(bundled_suite("mathlib/mixed"),),
        teams=(TeamChoice(name="hybrid", team=build_team("hybrid:4")),),
        repetitions=runs,
    )


if __name__ == "__main__":
    main()
