"""Which candidates get more simulated runs: those that may yet be the best.

All candidates are run with the same seeds. After each round a candidate drops out whose score is worse
than the leader's, paired by seed, by more than chance explains (a race, Maron and Moore 1994). A round
doubles the runs of those that are left, until one is left, the rest cannot be told apart closely enough
to matter, or the work allowed is done. The work is counted in tasks times runs and not in seconds, so
that the same plan comes out of a slow machine.

A lead after few runs is luck more often than not where there are many to be lucky, so early rounds drop
only what is clearly worse, and nothing is decided before the leader has `LEAST_RUNS`.

With few runs the spread of the differences is itself uncertain; it is drawn towards a usual one
(`USUAL_SPREAD`), as if that had been seen in `PRIOR_RUNS` runs.
"""

from collections.abc import Callable, Sequence
from math import sqrt
from statistics import fmean

from brooks.core.message import Message
from brooks.plan.intervals import t_quantile

INDIFFERENT = 0.02
"""Difference of scores (of logarithms: 2 %) that is not worth telling apart."""
DROP_LEVEL = 0.975
"""One-sided level at which a candidate drops out of a race."""
NEAR = 0.05
"""Difference of scores that does not matter: who is surely no worse than by this is as good as the leader."""
LIKELY_LEVEL = 0.9
"""The same for one agent beside the best team: they are run until it is reached, if they can be."""
EARLY_LEVEL = 0.999
"""The same before `EARLY_RUNS` common runs."""
EARLY_RUNS = 6
LEAST_RUNS = 24
"""Runs of the leader before the race may be over, if the work allowed is enough for them."""
USUAL_SPREAD = 0.35
"""Standard deviation of the difference of two teams' scores in one run, of 20 tasks; less with more tasks,
but never below `LEAST_SPREAD`, since one request that hangs is as long whatever there is to do."""
LEAST_SPREAD = 0.12
PRIOR_RUNS = 4
FIRST_RUNS = 4
ROUND_SHARE = 0.4
"""Share of the work that is left that a round may take; where it would take more, the worse half goes."""
MOST_RUNS = 384
"""Runs of one candidate."""


class Standing(Message, frozen=True, kw_only=True):
    """How a candidate stands to the leader."""

    candidate: int
    difference: float
    """Mean difference of scores: above 0 it is worse."""
    error: float
    """Standard error of that."""
    runs: int
    """With how many common seeds."""

    def is_worse(self) -> bool:
        """Whether it is worse by more than chance explains."""
        level = DROP_LEVEL if self.runs >= EARLY_RUNS else EARLY_LEVEL
        reach = t_quantile(level, self.runs - 1 + PRIOR_RUNS) * self.error
        return self.difference - reach > 0.0

    def is_likely_worse(self) -> bool:
        """Whether it is worse with nine to one."""
        reach = t_quantile(LIKELY_LEVEL, self.runs - 1 + PRIOR_RUNS) * self.error
        return self.difference - reach > 0.0

    def is_near(self) -> bool:
        """Whether it is surely no worse than by what does not matter."""
        reach = t_quantile(DROP_LEVEL, self.runs - 1 + PRIOR_RUNS) * self.error
        return self.difference + reach < NEAR


class Race:
    """Scores of candidates by seed, and who is still in it."""

    def __init__(self, count: int, *, tasks: int) -> None:
        self.alive = list(range(count))
        """The numbers of those that are in it."""
        self._scores: list[dict[int, float]] = [{} for _ in range(count)]
        self._usual = max(LEAST_SPREAD, USUAL_SPREAD * min(1.0, sqrt(20.0 / max(tasks, 1))))

    def note(self, candidate: int, seed: int, score: float) -> None:
        """A run has come to a score; lower is better."""
        self._scores[candidate][seed] = score

    def drop(self, candidate: int) -> None:
        """Take a candidate out."""
        if candidate in self.alive:
            self.alive.remove(candidate)

    def runs(self, candidate: int) -> int:
        """How many runs a candidate has."""
        return len(self._scores[candidate])

    def mean(self, candidate: int) -> float:
        """The mean score of a candidate."""
        return fmean(self._scores[candidate].values())

    def leader(self) -> int:
        """The candidate with the best mean score of those that are in the race."""
        return min(self.alive, key=lambda each: (self.mean(each), each))

    def standing(self, candidate: int, leader: int) -> Standing:
        """How a candidate stands to another, by the seeds that both have run."""
        common = [seed for seed in self._scores[leader] if seed in self._scores[candidate]]
        gaps = [self._scores[candidate][seed] - self._scores[leader][seed] for seed in common]
        mean = fmean(gaps) if gaps else 0.0
        squares = sum((gap - mean) ** 2 for gap in gaps) + PRIOR_RUNS * self._usual**2
        spread = sqrt(squares / (max(len(gaps) - 1, 0) + PRIOR_RUNS))
        return Standing(
            candidate=candidate,
            difference=mean,
            error=spread / sqrt(max(len(gaps), 1)),
            runs=max(len(gaps), 1),
        )

    def thin_out(self, keep: Sequence[int] = ()) -> list[int]:
        """Drop those that are worse than the leader; gives their numbers."""
        leader = self.leader()
        out = [
            each
            for each in self.alive
            if each != leader and each not in keep and self.standing(each, leader).is_worse()
        ]
        for each in out:
            self.alive.remove(each)
        return out

    def is_decided(self, keep: Sequence[int] = ()) -> bool:
        """Whether more runs would not change what to take."""
        leader = self.leader()
        return self.runs(leader) >= LEAST_RUNS and all(
            self.standing(each, leader).is_near() or (each in keep and self._is_clear(each, leader))
            for each in self.alive
            if each != leader
        )

    def _is_clear(self, candidate: int, leader: int) -> bool:
        return self.standing(candidate, leader).is_worse()


def run_race(
    race: Race,
    *,
    carry_out: Callable[[Sequence[tuple[int, int]]], None],
    work_of: Callable[[int], int],
    allowance: int,
    first_seed: int,
    keep: Sequence[int] = (),
    drop: Callable[[], None] = lambda: None,
) -> None:
    """Run a race to its end.

    Args:
        race: What is raced.
        carry_out: Makes runs, given as candidate and seed, and notes their scores.
        work_of: What one run of a candidate is in work.
        allowance: How much work may be done in all; each candidate has its first runs whatever that is.
        first_seed: The first of the seeds, which follow one another.
        keep: Candidates that stay to the end.
        drop: Takes out those that break a limit; called after each round.
    """
    each_once = max(1, sum(map(work_of, race.alive)))
    runs = max(1, min(FIRST_RUNS, round(ROUND_SHARE * allowance / each_once)))
    while True:
        wanted = [
            (each, first_seed + number)
            for number in range(runs)
            for each in race.alive
            if number >= race.runs(each)
        ]
        carry_out(wanted)
        allowance -= sum(work_of(each) for each, _ in wanted)
        drop()
        race.thin_out(keep)
        if runs >= MOST_RUNS or race.is_decided(keep):
            return
        more = _affordable(race, runs, allowance, work_of=work_of, keep=keep)
        if more < 1:
            return
        runs += more


def _affordable(
    race: Race,
    runs: int,
    allowance: int,
    *,
    work_of: Callable[[int], int],
    keep: Sequence[int],
) -> int:
    """How many more runs all that are left can have; the worse half goes where it would be too few."""
    while True:
        round_work = max(1, sum(map(work_of, race.alive)))
        wanted = max(1, min(runs, MOST_RUNS - runs))
        if wanted * round_work <= ROUND_SHARE * allowance:
            return wanted
        if not _halve(race, keep):
            return min(wanted, allowance // round_work)


def _halve(race: Race, keep: Sequence[int]) -> bool:
    """Go on with the better half where the allowance is too small for all; False if nobody can go."""
    ranked = sorted((each for each in race.alive if each not in keep), key=race.mean)
    if len(ranked) <= 2:
        return False
    for each in ranked[(len(ranked) + 1) // 2 :]:
        race.drop(each)
    return True
