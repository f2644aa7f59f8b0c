"""How far a profile can be trusted: runs of ours simulated again, beside what really came of them.

A profile says little of the very runs that it was fitted to. So each run is simulated by a profile that
is fitted to the *other* sources, in its own team, with the same tasks, under the virtual clock and with
modelled checks, as a plan would have simulated it beforehand; only where the others are too little to fit
to is it the profile that the run itself is part of, and that is said.

The fits are made here, in seconds; the simulated runs are pieces of one work for an engine, which can
have them made anywhere. A result depends on the run, its profile and the seed alone, and results are put
into the order of the seeds, so that all is the same whoever made them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Never

from brooks.core.message import Message
from brooks.errors import UsageError
from brooks.plan.calibrating.fitting import Fitted, fit_profile
from brooks.plan.calibrating.own_runs import OwnRun
from brooks.plan.crew import Crew, Job, Made
from brooks.plan.intervals import Share, quantile, quantity, share
from brooks.plan.outcomes import Compared, Told, how_well_told
from brooks.plan.simulating import Simulated
from brooks.runtime.fleet import Fleets

if TYPE_CHECKING:
    import polars as pl

    from brooks.analysis.tables import Tables
    from brooks.models.profile import Profile


@dataclass(frozen=True, kw_only=True)
class Source:
    """What a profile is fitted to: a run of ours, or a folder of published runs."""

    tables: "Tables"
    own: OwnRun | None = None
    """None for published runs, of which nobody knows what was asked for."""


class Again(Message, frozen=True, kw_only=True):
    """One run beside what is simulated of it."""

    run: str
    team: str
    models: tuple[str, ...]
    is_simulated: bool
    """Whether what happened was simulated too, by another profile."""
    fitted_to_itself: bool
    """Whether the run itself is among those that its profile was fitted to."""
    fitted_runs: int
    """How many runs its profile was fitted to."""
    verified: bool
    """Whether the run ended with everything verified; else its quantities say little."""
    chance_of_that: Share
    """The share of the simulated runs that do."""
    simulated_runs: int
    quantities: tuple[Compared, ...]
    """Seconds, tokens and requests; `predicted` is the median."""


class LeftOut(Message, frozen=True, kw_only=True):
    """A run that is not simulated again."""

    run: str
    why: str


class Check(Message, frozen=True, kw_only=True):
    """How far a profile can be trusted."""

    seeds: int
    """Simulated runs of each run."""
    verified: int
    """Runs that ended with everything verified."""
    expected_verified: float
    """The simulated chances of that, added up."""
    told: tuple[Told, ...]
    """Of those runs: how many came within their interval, and how far off they were."""
    runs: tuple[Again, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, kw_only=True)
class _Case:
    """A run with the profile that it is simulated by."""

    own: OwnRun
    fitted: Fitted
    is_own_fit: bool


def refuse_without_own() -> Never:
    """Say before anything is fitted that there is nothing to hold a simulation against.

    Raises:
        UsageError: Always: there are only published runs.
    """
    raise UsageError(
        "--check simulates runs of yours again, and these are published ones, which do not say what their "
        "tasks were: name runs of your own too, or leave --check out"
    )


def check_profile(
    sources: Sequence[Source],
    fitted: Fitted,
    *,
    seeds: int,
    only: "pl.Expr | None" = None,
    like: "Profile | None" = None,
    engine: Fleets,
    on_fit: Callable[[int], None] = lambda fitted: None,
    on_run: Callable[[int, int], None] = lambda made, of: None,
) -> Check:
    """Simulate every run of ours again, each by what the other sources say.

    Args:
        sources: What the profile was fitted to.
        fitted: The profile.
        seeds: How many simulated runs of each.
        only: Which runs of the sources it was fitted to; None for all.
        like: What it was kept near to, as are those that are fitted here.
        engine: Where runs are simulated.
        on_fit: Told after each fit how many there are.
        on_run: Told after each simulated run how many were made, and of how many.

    Raises:
        UsageError: No run can be simulated.
    """
    chosen = [_narrowed(source, only) for source in sources]
    cases: list[_Case] = []
    for case in _cases(chosen, fitted, like):
        cases.append(case)
        on_fit(len(cases))
    results, errors = _simulate(cases, seeds, engine=engine, on_run=on_run)
    runs = [_beside(case, results[place]) for place, case in enumerate(cases) if place in results]
    left_out = [*_hindered(chosen), *_without_end(cases, results, errors)]
    if not runs:
        raise UsageError(_nothing(left_out))
    return _summed_up(runs, left_out, seeds)


def _narrowed(source: Source, only: "pl.Expr | None") -> Source:
    """What is taken of a source; a run of which nothing is, is no longer one of ours."""
    if only is None:
        return source
    tables = source.tables.only(only)
    return Source(tables=tables, own=source.own if len(tables.runs) else None)


def _cases(sources: Sequence[Source], whole: Fitted, like: "Profile | None") -> Iterator[_Case]:
    """Each run that can be simulated, with a profile of the others, or of all if those are too few."""
    for place, source in enumerate(sources):
        if source.own is None or source.own.obstacle:
            continue
        others = [each.tables for each in (*sources[:place], *sources[place + 1 :])]
        fitted = _fitted(others, like)
        yield _Case(own=source.own, fitted=fitted or whole, is_own_fit=fitted is None)


def _fitted(tables: Sequence["Tables"], like: "Profile | None") -> Fitted | None:
    """The profile of these runs; None if they are too few for one."""
    from brooks.analysis.tables import Tables

    try:
        return fit_profile(Tables.joined(tables), like=like)
    except UsageError:
        return None


def _hindered(sources: Sequence[Source]) -> Iterator[LeftOut]:
    """Runs that cannot be simulated again."""
    for each in sources:
        if each.own is not None and each.own.obstacle:
            yield LeftOut(run=each.own.run, why=each.own.obstacle)


def _without_end(
    cases: Sequence[_Case],
    results: Mapping[int, Sequence[Simulated]],
    errors: Mapping[int, str],
) -> Iterator[LeftOut]:
    """Runs of which no simulated one came to an end."""
    for place, case in enumerate(cases):
        if place not in results:
            why = f"no simulated run of it came to an end: {errors[place]}"
            yield LeftOut(run=case.own.run, why=why)


def _simulate(
    cases: Sequence[_Case],
    seeds: int,
    *,
    engine: Fleets,
    on_run: Callable[[int, int], None],
) -> tuple[Mapping[int, list[Simulated]], Mapping[int, str]]:
    """What each case comes to, in the order of the seeds, and why some of its runs came to nothing."""
    found: dict[int, list[Simulated]] = {}
    errors: dict[int, Made] = {}
    jobs = [
        Job(problem=place, candidate=place, seed=seed, as_it_is=True)
        for place in range(len(cases))
        for seed in range(seeds)
    ]
    problems = [each.own.problem(each.fitted.profile) for each in cases]
    with Crew(problems, [each.own.candidate for each in cases], engine=engine) as crew:
        for number, made in enumerate(crew.make(jobs), start=1):
            place = made.job.candidate
            if made.result is not None:
                found.setdefault(place, []).append(made.result)
            elif place not in errors or made.job.seed < errors[place].job.seed:
                errors[place] = made
            on_run(number, len(jobs))
    for results in found.values():
        results.sort(key=lambda each: each.seed)
    return found, {place: made.error for place, made in errors.items()}


def _summed_up(runs: Sequence[Again], left_out: Sequence[LeftOut], seeds: int) -> Check:
    verified = [each for each in runs if each.verified]
    return Check(
        seeds=seeds,
        verified=len(verified),
        expected_verified=sum(each.chance_of_that.value for each in runs),
        told=tuple(how_well_told([each.quantities for each in verified])),
        runs=tuple(runs),
        left_out=tuple(left_out),
    )


def _beside(case: _Case, results: Sequence[Simulated]) -> Again:
    """A run beside what is simulated of it."""
    own, came = case.own, case.own.came
    return Again(
        run=own.run,
        team=own.team,
        models=own.models,
        is_simulated=own.is_simulated,
        fitted_to_itself=case.is_own_fit,
        fitted_runs=case.fitted.runs,
        verified=came.verified,
        chance_of_that=share(sum(each.ends_verified for each in results), len(results)),
        simulated_runs=len(results),
        quantities=(
            _compared("seconds", came.seconds, [each.seconds for each in results]),
            _compared("tokens", came.tokens, [each.tokens for each in results]),
            _compared("requests", came.requests, [each.requests for each in results]),
        ),
    )


def _compared(name: str, happened: float, simulated: Sequence[float]) -> Compared:
    reach = quantity(simulated)
    return Compared(
        name=name,
        predicted=quantile(sorted(simulated), 0.5),
        low=reach.low,
        high=reach.high,
        happened=float(happened),
    )


def _nothing(left_out: Sequence[LeftOut]) -> str:
    why = "; ".join(f"{each.run!r}: {each.why}" for each in left_out)
    return (
        f"none of these runs can be simulated again: {why or 'no run of yours is left by --only'}"
    )
