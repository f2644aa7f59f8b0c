"""From candidates to predictions: who is run how often, and what that comes to.

Candidates that bounds rule out are not run. The others race by what the user wants: time, cost, or both.
What a team does is judged by the logarithm of its time or cost, so that a difference is a ratio.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import log

from brooks.core.message import Message
from brooks.errors import UsageError
from brooks.plan.bounds import Bounding, Bounds, Limits, Pruned, prune
from brooks.plan.candidates import MANY_TASKS, Candidate, coarse, near_to
from brooks.plan.crew import Crew, Job
from brooks.plan.intervals import LEAST, Quantity, Share, quantity, share
from brooks.plan.problem import Problem
from brooks.plan.racing import INDIFFERENT, Race, Standing, run_race
from brooks.plan.simulating import Simulated
from brooks.runtime.fleet import Fleets, LocalFleets

ALLOWED_RUNS = 430
"""Runs of a plan in all, of `FEW_TASKS` to `USUAL_TASKS` tasks: some 5 seconds for 20 tasks on two cores.
Races with 360, replayed from 40 runs of each candidate of five graphs, ended nine times in ten with a team
within 5 % of the best; with 470, 94 times in a hundred."""
FEW_TASKS = 20
"""With fewer tasks than that there are as many more runs as make the same work."""
USUAL_TASKS = 40
FEWER_WITH_MORE = 0.55
"""The power of the number of tasks by which there are fewer runs of more tasks: 60 of 1,000 tasks."""
DUEL_WORK = 2_000
"""Tasks times runs up to which the best team and one agent go on, each, where they cannot be told apart."""
DUEL_STEP = 12
BEST_OF_COARSE = 3
"""How many of a coarse choice are looked at more closely, where runs are long."""
BREAKS_OFTEN = 0.2
"""Share of runs beyond a limit from which on a team is said not to keep it."""
LEAST_TO_COPY = 3
"""Runs that two teams must have in common to be taken for the same."""
LEAST_TO_JUDGE = 8
"""Runs before a team may be dropped for a limit."""


class Objective(StrEnum):
    """What is to be small."""

    TIME = "time"
    COST = "cost"
    BALANCED = "balanced"
    """The product of both: half the time is worth twice the cost."""


class Prediction(Message, frozen=True, kw_only=True):
    """What a candidate would take."""

    name: str
    model: str
    size: int
    runs: int
    seconds: Quantity
    """Until everything is verified."""
    tokens: Quantity
    dollars: Quantity | None
    """None where the price of a model is not known."""
    requests: Quantity
    conflicts: float
    """On average."""
    checks_failed: float
    """On average."""
    ends_verified: Share
    """Runs in which no task uses up its attempts."""
    waited: float
    """Share of the agents' time in which requests are held back by limits."""
    keeps_limits: Share
    """Runs within deadline and budget."""
    standing: Standing
    """Its score beside that of the best."""
    dropped: bool
    """Whether it was found to be worse before the end."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a plan is."""

    runs: int
    candidates: int
    """How many are still in the race."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is wanted of a plan."""

    objective: Objective = Objective.TIME
    limits: Limits = field(default_factory=Limits)
    seed: int = 0
    jobs: int | None = None
    """How many processes; None for one a core."""
    effort: float = 1.0
    """How many times the usual work may be done."""


@dataclass(frozen=True, kw_only=True)
class Predicted:
    """Everything that was found out about the candidates of a problem."""

    problem: Problem
    wish: Wish
    candidates: Sequence[Candidate]
    """Those that were run."""
    predictions: Sequence[Prediction]
    """One for each of them."""
    bounds: Sequence[Bounds]
    pruned: Sequence[Pruned]
    results: Sequence[Sequence[Simulated]]
    race: Race
    places: Sequence[int]
    """The number of each in the race."""
    by_dollars: bool
    """Whether cost is in dollars; else it is in tokens."""
    runs: int = 0
    failures: Sequence[str] = field(default_factory=tuple)
    """What went wrong with candidates whose runs broke."""

    def standing(self, place: int, other: int) -> Standing:
        """How one of the predicted candidates stands to another."""
        return self.race.standing(self.places[place], self.places[other])


def predict(
    problem: Problem,
    candidates: Sequence[Candidate],
    wish: Wish | None = None,
    *,
    engine: Fleets | None = None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Predicted:
    """Run candidates against each other until the best is known well enough.

    Args:
        problem: The tasks, and the models that could do them.
        candidates: The teams that could.
        wish: What is wanted.
        engine: Where runs are made; None for as many processes of this machine as are wished for.
        on_progress: Told now and then how far it is.

    Raises:
        UsageError: Nothing can be run as the user wants it.
    """
    wish = wish or Wish()
    kept, pruned = prune(candidates, problem, wish.limits)
    by_dollars = _has_prices(problem)
    if wish.limits.dollars is not None and not by_dollars:
        raise UsageError(
            "a budget in dollars needs the price of every model: write it under 'models:' in the task "
            "file, or limit tokens"
        )
    maker = _Maker(problem, kept, wish, by_dollars=by_dollars, on_progress=on_progress)
    with Crew([problem], kept, engine=engine or LocalFleets(jobs=wish.jobs)) as crew:
        maker.race_on(crew)
    return maker.predicted(pruned)


class _Maker:
    def __init__(
        self,
        problem: Problem,
        candidates: Sequence[Candidate],
        wish: Wish,
        *,
        by_dollars: bool,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self._problem = problem
        self._candidates = candidates
        self._wish = wish
        self._by_dollars = by_dollars
        self._tell = on_progress
        self._race = Race(len(candidates), tasks=len(problem.tasks))
        self._results: list[list[Simulated]] = [[] for _ in candidates]
        self._broken: dict[int, str] = {}
        self._keep = [place for place, each in enumerate(candidates) if each.size == 1][:1]
        self._runs = 0

    def race_on(self, crew: Crew) -> None:
        tasks = len(self._problem.tasks)

        def carry_out(wanted: Sequence[tuple[int, int]]) -> None:
            for made in crew.make([Job(candidate=each, seed=seed) for each, seed in wanted]):
                self._runs += 1
                if made.result is None:
                    self._broken[made.job.candidate] = made.error
                else:
                    self._results[made.job.candidate].append(made.result)
                if self._runs % 10 == 0:
                    self._tell(Progress(runs=self._runs, candidates=len(self._race.alive)))
            self._take_in()

        allowance = round(self._wish.effort * allowed_runs(tasks) * tasks)
        if tasks >= MANY_TASKS:
            allowance -= self._look_around(carry_out)
        else:
            self._race.alive = [
                place for place in self._race.alive if not self._is_late(self._candidates[place])
            ]
        run_race(
            self._race,
            carry_out=carry_out,
            work_of=self._work_of,
            allowance=allowance,
            first_seed=self._wish.seed,
            keep=self._keep,
            drop=self._drop_beyond_limits,
        )
        self._try_twins(carry_out)
        self._duel(carry_out)

    def _is_late(self, candidate: Candidate) -> bool:
        """Whether a team is only tried once a twin has won: copies of files differ little from versions."""
        return candidate.section.get("consistency") == "isolated" and any(
            each.kin == candidate.kin and "consistency" not in each.section
            for each in self._candidates
        )

    def _try_twins(self, carry_out: Callable[[Sequence[tuple[int, int]]], None]) -> None:
        """Run what differs from the best in consistency alone with the same seeds."""
        best = self._race.leader()
        leader = self._candidates[best]
        twins = [
            place
            for place, each in enumerate(self._candidates)
            if each.kin == leader.kin and each.size == leader.size and place != best
        ]
        seeds = [each.seed for each in self._results[best]]
        there = {(place, each.seed) for place in twins for each in self._results[place]}
        carry_out(
            [(place, seed) for seed in seeds for place in twins if (place, seed) not in there]
        )
        self._race.alive += [
            place for place in twins if place not in self._race.alive and place not in self._broken
        ]
        self._drop_beyond_limits()

    def _drop_clones(self) -> None:
        """Take out all but the smallest of teams that did the same in every run."""
        seen: dict[tuple[tuple[float, int], ...], int] = {}
        for place in sorted(self._race.alive, key=lambda each: (self._candidates[each].size, each)):
            results = self._results[place]
            key = tuple((each.seconds, each.tokens) for each in results)
            if len(results) >= LEAST_TO_COPY and seen.setdefault(key, place) != place:
                self._race.drop(place)

    def _duel(self, carry_out: Callable[[Sequence[tuple[int, int]]], None]) -> None:
        """Run one agent and the best of all on, until it is clear which is better."""
        tasks, race = len(self._problem.tasks), self._race
        limit = round(DUEL_WORK / tasks * min(1.0, self._wish.effort))
        carry_out(self._missing_of_lone())
        one, leader = self._lone(), race.leader()
        while one is not None and one != leader and race.runs(leader) < limit:
            standing = race.standing(one, leader)
            if standing.is_worse() or abs(standing.difference) < INDIFFERENT:
                return
            first = self._wish.seed + race.runs(leader)
            carry_out([(each, first + more) for more in range(DUEL_STEP) for each in (one, leader)])

    def _lone(self) -> int | None:
        """The best team of one, if any was run."""
        lone = [
            place
            for place, each in enumerate(self._candidates)
            if each.size == 1 and self._results[place]
        ]
        return min(lone, key=self._race.mean, default=None)

    def _missing_of_lone(self) -> list[tuple[int, int]]:
        """Runs that the best team of one lacks beside the best of all, for a ratio that is paired."""
        one = self._lone()
        if one is None:
            return []
        there = {each.seed for each in self._results[one]}
        leader = self._race.leader()
        return [(one, each.seed) for each in self._results[leader] if each.seed not in there]

    def _look_around(self, carry_out: Callable[[Sequence[tuple[int, int]]], None]) -> int:
        """Where runs are long: one run of a coarse choice, and a race of the best with what is near them.

        Gives the work that this took.
        """
        race, candidates = self._race, self._candidates
        places = {id(each): place for place, each in enumerate(candidates)}
        race.alive = [places[id(each)] for each in coarse(candidates)]
        wanted = [(each, self._wish.seed) for each in race.alive]
        carry_out(wanted)
        best = sorted(race.alive, key=race.mean)[:BEST_OF_COARSE]
        near = [each for place in best for each in near_to(candidates[place], candidates)]
        chosen = {*self._keep, *best, *(places[id(each)] for each in near)} - set(self._broken)
        race.alive = sorted(chosen)
        return sum(self._work_of(each) for each, _ in wanted)

    def _work_of(self, place: int) -> int:
        return len(self._problem.tasks) * self._candidates[place].replicas

    def _take_in(self) -> None:
        for place in self._broken:
            self._race.drop(place)
        if not self._race.alive:
            first = next(iter(self._broken.values()))
            raise UsageError(f"no team could be simulated: {first}")
        for place, results in enumerate(self._results):
            results.sort(key=lambda each: each.seed)
            for each in results:
                self._race.note(place, each.seed, self._score(each))

    def _score(self, result: Simulated) -> float:
        seconds = log(max(result.seconds, LEAST))
        cost = log(max(self._cost(result), LEAST))
        match self._wish.objective:
            case Objective.TIME:
                return seconds
            case Objective.COST:
                return cost
            case Objective.BALANCED:
                return seconds + cost

    def _cost(self, result: Simulated) -> float:
        return (result.dollars or 0.0) if self._by_dollars else float(result.tokens)

    def _drop_beyond_limits(self) -> None:
        """Take out teams that break a limit too often, as long as there are others that keep it."""
        self._drop_clones()
        judged = {each: self._within(each) for each in self._race.alive}
        keeping = [each for each, found in judged.items() if found.value >= 1 - BREAKS_OFTEN]
        if not keeping:
            best = max(found.value for found in judged.values())
            keeping = [each for each, found in judged.items() if found.high >= best]
        for each, found in judged.items():
            enough = self._race.runs(each) >= LEAST_TO_JUDGE
            if each not in keeping and (enough or found.high < 1 - BREAKS_OFTEN):
                self._race.drop(each)

    def _within(self, place: int) -> Share:
        results = self._results[place]
        return share(sum(map(self._keeps, results)), len(results))

    def _keeps(self, result: Simulated) -> bool:
        limits = self._wish.limits
        late = limits.deadline_seconds is not None and result.seconds > limits.deadline_seconds
        dear = limits.dollars is not None and (result.dollars or 0.0) > limits.dollars
        wordy = limits.tokens is not None and result.tokens > limits.tokens
        return not (late or dear or wordy)

    def predicted(self, pruned: Sequence[Pruned]) -> Predicted:
        """What came of it."""
        bounding = Bounding(self._problem)
        there = [place for place, results in enumerate(self._results) if results]
        leader = self._race.leader()
        return Predicted(
            problem=self._problem,
            wish=self._wish,
            candidates=[self._candidates[place] for place in there],
            predictions=[self._prediction(place, leader) for place in there],
            bounds=[bounding.of(self._candidates[place]) for place in there],
            pruned=pruned,
            results=[self._results[place] for place in there],
            race=self._race,
            places=there,
            by_dollars=self._by_dollars,
            runs=self._runs,
            failures=[
                f"{self._candidates[place].name}: {text}" for place, text in self._broken.items()
            ],
        )

    def _prediction(self, place: int, leader: int) -> Prediction:
        results, candidate = self._results[place], self._candidates[place]
        dollars = [each.dollars for each in results if each.dollars is not None]
        agent_seconds = sum(each.agent_seconds for each in results)
        return Prediction(
            name=candidate.name,
            model=candidate.model,
            size=candidate.size,
            runs=len(results),
            seconds=quantity([each.seconds for each in results]),
            tokens=quantity([float(each.tokens) for each in results]),
            dollars=quantity(dollars) if len(dollars) == len(results) else None,
            requests=quantity([float(each.requests) for each in results]),
            conflicts=sum(each.conflicts for each in results) / len(results),
            checks_failed=sum(each.checks_failed for each in results) / len(results),
            ends_verified=share(sum(each.ends_verified for each in results), len(results)),
            waited=sum(each.waited_seconds for each in results) / max(agent_seconds, LEAST),
            keeps_limits=self._within(place),
            standing=self._race.standing(place, leader),
            dropped=place not in self._race.alive,
        )


def allowed_runs(tasks: int) -> float:
    """How many runs a plan may make in all, of so many tasks."""
    fewer = float((USUAL_TASKS / tasks) ** FEWER_WITH_MORE)
    return ALLOWED_RUNS * max(1.0, FEW_TASKS / tasks) * min(1.0, fewer)


def _has_prices(problem: Problem) -> bool:
    return all(model.pricing is not None for model in problem.models)
