"""Many seeds of one team: where its times, tokens and dollars lie, and logs of a few runs to look at."""

from collections.abc import Callable, Sequence
from contextlib import closing
from math import ceil, log2
from pathlib import Path

from brooks import __version__
from brooks.core.message import Message
from brooks.errors import UsageError
from brooks.log.sqlite import SqliteLog
from brooks.plan.candidates import Candidate
from brooks.plan.crew import Crew, Job
from brooks.plan.intervals import Quantity, Share, quantity, share
from brooks.plan.problem import Problem
from brooks.plan.simulating import Simulated, Simulator
from brooks.runtime.fleet import Fleets, LocalFleets
from brooks.runtime.real_clock import wall_clock
from brooks.runtime.run_folder import create_run_folder

SAMPLES = ("quickest", "median", "slowest")
BARS = 12
"""Bars of a histogram at most."""


class Bar(Message, frozen=True, kw_only=True):
    """One bar of a histogram."""

    low: float
    high: float
    count: int


class Distribution(Message, frozen=True, kw_only=True):
    """What the runs of one team came to."""

    runs: int
    seconds: Quantity
    tokens: Quantity
    dollars: Quantity | None
    agent_seconds: Quantity
    """Time that agents were in the team, added up."""
    median_seconds: float
    ends_verified: Share
    conflicts: float
    """On average."""
    requests: float
    """On average."""
    checks_failed: float
    """On average."""
    histogram: tuple[Bar, ...]
    """Of the seconds."""
    results: tuple[Simulated, ...]
    """One for each seed, in their order."""


def sample(
    problem: Problem,
    candidate: Candidate,
    seeds: Sequence[int],
    *,
    jobs: int | None = None,
    engine: Fleets | None = None,
    on_run: Callable[[int], None] = lambda made: None,
) -> Distribution:
    """Run a team as it is with many seeds.

    Args:
        problem: The tasks, and the models that do them.
        candidate: The team.
        seeds: One for each run.
        jobs: How many processes of this machine work; None for one a core.
        engine: Where runs are made, if not there.
        on_run: Told after each run how many were made.

    Raises:
        UsageError: It cannot be run, or no run came to an end.
    """
    results: list[Simulated] = []
    error = ""
    wanted = [Job(candidate=0, seed=seed, as_it_is=True) for seed in seeds]
    with Crew([problem], [candidate], engine=engine or LocalFleets(jobs=jobs)) as crew:
        for made in crew.make(wanted):
            if made.result is None:
                error = made.error
            else:
                results.append(made.result)
            on_run(len(results))
    if not results:
        raise UsageError(f"no run of {candidate.name} came to an end: {error}")
    return distribution(sorted(results, key=lambda each: each.seed))


def distribution(results: Sequence[Simulated]) -> Distribution:
    """What these runs came to."""
    dollars = [each.dollars for each in results if each.dollars is not None]
    seconds = [each.seconds for each in results]
    count = len(results)
    return Distribution(
        runs=count,
        seconds=quantity(seconds),
        tokens=quantity([float(each.tokens) for each in results]),
        dollars=quantity(dollars) if len(dollars) == count else None,
        agent_seconds=quantity([each.agent_seconds for each in results]),
        median_seconds=sorted(seconds)[(count - 1) // 2],
        ends_verified=share(sum(each.ends_verified for each in results), count),
        conflicts=sum(each.conflicts for each in results) / count,
        requests=sum(each.requests for each in results) / count,
        checks_failed=sum(each.checks_failed for each in results) / count,
        histogram=histogram(seconds),
        results=tuple(results),
    )


def histogram(values: Sequence[float]) -> tuple[Bar, ...]:
    """Bars of equal width over all values; where the longest is far off, the last bar holds the rest."""
    ordered = sorted(values)
    low, high = ordered[0], ordered[-1]
    far = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    top = high if high <= low + 2 * (far - low) else far
    bars = min(BARS, ceil(log2(len(ordered) + 1)) + 2) if high > low else 1
    width = (top - low) / bars or 1.0
    counts = [0] * bars
    for value in ordered:
        counts[min(bars - 1, int((value - low) / width))] += 1
    edges = [low + place * width for place in range(bars)] + [high]
    return tuple(
        Bar(low=edges[place], high=edges[place + 1], count=counts[place]) for place in range(bars)
    )


def keep_samples(
    problem: Problem, candidate: Candidate, found: Distribution, folder: Path
) -> list[Path]:
    """Make the quickest, the median and the slowest run again, each in a folder that `brooks show` reads."""
    ordered = sorted(found.results, key=lambda each: (each.seconds, each.seed))
    places = dict(zip(SAMPLES, (0, (len(ordered) - 1) // 2, len(ordered) - 1), strict=True))
    simulator = Simulator(problem=problem)
    kept: list[Path] = []
    for name, place in places.items():
        seed = ordered[place].seed
        run = create_run_folder(folder, f"{name}-seed-{seed}")
        run.write_manifest(
            {
                "brooks": __version__,
                "project": problem.project,
                "team": candidate.team.preset,
                "agents": candidate.size,
                "size": candidate.team.size,
                "models": list(candidate.models),
                "simulated": True,
                "checks": "modelled",
                "clock": "virtual",
                "seed": seed,
                "started": f"{wall_clock():%Y-%m-%dT%H:%M:%S}",
            }
        )
        with closing(SqliteLog.create(run.log)) as log_store:
            simulator.run(candidate, seed, as_it_is=True, log=log_store)
        kept.append(run.path)
    return kept
