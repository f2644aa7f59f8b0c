"""Are the verdicts of comparisons right? Asked of simulated runs whose true ratio is known.

Simulated: virtual clock, modelled checks, the profile `typical`, bundled mathematics projects. A *pool*
is the runs of one team on one project with different seeds, each with the seconds it took or, if not
every task was verified, with none: about one in ten. A *repetition* draws 20 runs and 20 others from one
pool, without a run twice, multiplies the seconds of the second 20 by the true ratio, pairs them as they
come, and asks `decide`. The two share no luck, so this is harder than a comparison paired by seed.

What is asked (`--what`):

- `same`: at a true ratio of 1, the share of false verdicts: one team is called faster, or is said to fail
  more often. Measured is the highest share of all pools.
- `ratio`: at a true ratio of 1.3, the share of right verdicts. Measured is the lowest share of the pools
  of one agent. The pools of teams are in the detail: their times spread more, so 20 pairs of them are
  often not decisive, and then the verdict has to say how many would be. `unanswered` counts verdicts that
  neither decide nor say that; -1 is measured if there is one.
- `paired`: the same for pairs as `brooks compare` makes them, with one seed for both: a team, and the same
  team with agents 1.3 times as slow (its checks are not, so the true ratio is a little below; it is in the
  detail). Measured is the lowest share of right verdicts, teams of one and of four alike.
- `pairs`: of the pool of a team at a true ratio of 1.3, the median of the numbers of pairs that the
  undecided verdicts ask for; measured is the share of right verdicts with that many pairs.
- `pairing`: what pairing by seed is good for. Of every two teams on a project, the standard deviation of
  the log ratio of their times, with the same seed and (from each team's own) with different ones. Measured
  is the lowest quotient of the two.

    PYTHONPATH=evidence python -m measure.verdicts --what same [--repetitions 1000] [--seeds 240]
"""

import argparse
import json
import math
import sys
from collections.abc import Iterator, Sequence
from itertools import combinations
from statistics import fmean, median, stdev
from typing import Any, NamedTuple

import numpy as np
from msgspec.structs import replace

from brooks.bench.statistics.deciding import decide
from brooks.bench.statistics.intervals import interval_of_share
from brooks.bench.statistics.pairs import Pair
from brooks.bench.statistics.verdict import Verdict
from brooks.core.spec import Team
from brooks.models.profile import load_profile
from brooks.spec.teams import build_team
from measure.trials import Ended, Trial, carry_out, in_parallel

SUITES = ("mathlib/mixed", "mathlib/parallel")
ALONE, SMALLER, TEAM = "single", "hybrid:3", "hybrid:4"
PAIRS = 20
RATIO = 1.3
TEAMS = {
    "same": (ALONE, TEAM),
    "ratio": (ALONE, TEAM),
    "paired": (ALONE, TEAM),
    "pairs": (TEAM,),
    "pairing": (ALONE, SMALLER, TEAM),
}
"""By what is asked."""
BLOCK = 25
"""Repetitions that are made in one go."""

Pool = tuple[float | None, ...]


class Place(NamedTuple):
    """What a pool is made of."""

    suite: str
    team: str
    slower: float = 1.0
    """How many times as slow the team's agents are."""


class Run(NamedTuple):
    """One run of a pool."""

    place: Place
    seed: int


class Block(NamedTuple):
    """Repetitions to be made."""

    place: Place
    pool: Pool
    other: Pool | None
    """What is drawn from by the same seeds for the second team; None for other runs of the first pool."""
    ratio: float
    pairs: int
    seeds: range


class Answer(NamedTuple):
    """What is kept of a verdict."""

    kind: str
    fails_more: str
    pairs_to_decide: int | None
    holds_truth: bool
    """Whether the interval holds the true ratio."""
    is_answered: bool
    """Whether it decides, or its sentence says how many pairs would or that 1,000 would not."""


def make_run(run: Run) -> Ended:
    """Make one run of a pool."""
    place, seed = run
    return carry_out(
        Trial(
            suite=place.suite,
            team=_slowed(build_team(place.team), place.slower),
            profile=load_profile("typical"),
            seed=seed,
        ),
        judged=False,
    )


def _slowed(team: Team, slower: float) -> Team:
    members = tuple(replace(member, speed=member.speed / slower) for member in team.members)
    return replace(team, members=members)


def make_pools(places: Sequence[Place], seeds: int) -> dict[Place, Pool]:
    """Make every run of the pools."""
    jobs = [Run(place, seed) for place in places for seed in range(seeds)]
    pools: dict[Place, list[float | None]] = {place: [] for place in places}
    for run, ended in in_parallel(make_run, jobs):
        if ended.crash:
            sys.exit(f"{run}: {ended.crash}")
        pools[run.place].append(ended.seconds if ended.is_verified else None)
    return {place: tuple(pool) for place, pool in pools.items()}


def repeat(block: Block) -> list[Answer]:
    """Make the repetitions of a block."""
    return [_answer(judge(block, seed), block.ratio) for seed in block.seeds]


def judge(block: Block, seed: int) -> Verdict:
    """One repetition: the verdict on two draws from a pool, or on one of seeds that two pools share."""
    if block.other is not None:
        both = list(zip(block.pool, block.other, strict=True))
        chosen = np.random.default_rng(seed).permutation(len(both))[: block.pairs]
        paired = [Pair(first=both[place][0], second=both[place][1]) for place in chosen]
        return decide(paired, first="first", second="second", seed=seed)
    chosen = np.random.default_rng(seed).permutation(len(block.pool))[: 2 * block.pairs]
    values = [block.pool[place] for place in chosen]
    pairs = [
        Pair(first=first, second=None if second is None else second * block.ratio)
        for first, second in zip(values[: block.pairs], values[block.pairs :], strict=True)
    ]
    return decide(pairs, first="first", second="second", seed=seed)


def _answer(verdict: Verdict, ratio: float) -> Answer:
    return Answer(
        kind=verdict.kind,
        fails_more=verdict.fails_more,
        pairs_to_decide=verdict.pairs_to_decide,
        holds_truth=verdict.comparison.interval.holds(ratio),
        is_answered=verdict.is_significant
        or "decide" in verdict.sentence.split("not decisive", 1)[1],
    )


def ask(
    pools: dict[Place, Pool],
    ratio: float,
    *,
    pairs: int,
    repetitions: int,
    others: dict[Place, Pool] | None = None,
) -> dict[Place, list[Answer]]:
    """All repetitions of all pools; of each with its other, if there are any."""
    second = others or {}
    blocks = [
        Block(
            place,
            pool,
            second.get(place),
            ratio,
            pairs,
            range(start, min(start + BLOCK, repetitions)),
        )
        for place, pool in pools.items()
        for start in range(0, repetitions, BLOCK)
    ]
    found: dict[Place, list[Answer]] = {place: [] for place in pools}
    for block, answers in in_parallel(repeat, blocks):
        found[block.place] += answers
    return found


def described(pool: Pool, answers: Sequence[Answer]) -> dict[str, Any]:
    """What came of the repetitions of a pool."""
    kinds = [answer.kind for answer in answers]
    asked = [answer.pairs_to_decide for answer in answers if answer.pairs_to_decide is not None]
    logs = [math.log(value) for value in pool if value is not None]
    right = kinds.count("faster")
    interval = interval_of_share(right, len(kinds))
    return {
        "runs": len(pool),
        "failed": pool.count(None),
        "log_sd_of_a_pair": round(math.sqrt(2) * stdev(logs), 3),
        "faster": right / len(kinds),
        "faster_interval": [round(interval.low, 3), round(interval.high, 3)],
        "slower": kinds.count("slower") / len(kinds),
        "not_decisive": kinds.count("not_decisive") / len(kinds),
        "fails_more": sum(bool(answer.fails_more) for answer in answers) / len(kinds),
        "interval_holds_truth": sum(answer.holds_truth for answer in answers) / len(kinds),
        "median_pairs_to_decide": median(asked) if asked else None,
        "unanswered": sum(not answer.is_answered for answer in answers),
    }


def false_share(answers: Sequence[Answer]) -> float:
    """How often a difference is claimed of teams that do not differ, be it of time or of failing."""
    false = [answer.kind != "not_decisive" or answer.fails_more != "" for answer in answers]
    return sum(false) / len(false)


def spreads(pools: dict[Place, Pool]) -> Iterator[tuple[str, dict[str, float]]]:
    """For every two teams on a project, how much their log ratio varies, paired and not."""
    for (first, ours), (second, theirs) in combinations(pools.items(), 2):
        if first.suite != second.suite:
            continue
        both = [
            (math.log(one), math.log(other))
            for one, other in zip(ours, theirs, strict=True)
            if one is not None and other is not None
        ]
        alone = [stdev(values) for values in zip(*both, strict=True)]
        row = {
            "paired": round(stdev(other - one for one, other in both), 3),
            "unpaired": round(math.hypot(*alone), 3),
        }
        yield f"{first.team} and {second.team} on {first.suite}", row


def measure(what: str, *, seeds: int, repetitions: int) -> tuple[float, dict[str, Any]]:
    """The answer to what is asked, and its detail."""
    pools = make_pools([Place(suite, team) for suite in SUITES for team in TEAMS[what]], seeds)
    if what == "pairing":
        detail = dict(spreads(pools))
        return min(row["paired"] / row["unpaired"] for row in detail.values()), detail
    if what == "paired":
        return _by_seed(pools, seeds=seeds, repetitions=repetitions)
    ratio = 1.0 if what == "same" else RATIO
    found = ask(pools, ratio, pairs=PAIRS, repetitions=repetitions)
    detail = {
        f"{place.team} on {place.suite}": described(pools[place], found[place]) for place in found
    }
    if what == "same":
        return max(false_share(answers) for answers in found.values()), detail
    if any(row["unanswered"] for row in detail.values()):
        return -1.0, detail
    if what == "ratio":
        alone = [detail[f"{place.team} on {place.suite}"] for place in found if place.team == ALONE]
        return min(row["faster"] for row in alone), detail
    return _with_as_many_as_asked_for(pools, detail, repetitions)


def _by_seed(
    pools: dict[Place, Pool], *, seeds: int, repetitions: int
) -> tuple[float, dict[str, Any]]:
    slow = make_pools([place._replace(slower=RATIO) for place in pools], seeds)
    others = {place: slow[place._replace(slower=RATIO)] for place in pools}
    found = ask(pools, RATIO, pairs=PAIRS, repetitions=repetitions, others=others)
    detail = {}
    for place, answers in found.items():
        logs = [
            math.log(second / first)
            for first, second in zip(pools[place], others[place], strict=True)
            if first is not None and second is not None
        ]
        row = described(pools[place], answers)
        row["log_sd_of_a_pair"] = round(stdev(logs), 3)
        row["true_ratio"] = round(math.exp(fmean(logs)), 3)
        del row["interval_holds_truth"]
        detail[f"{place.team} on {place.suite}"] = row
    if any(row["unanswered"] for row in detail.values()):
        return -1.0, detail
    return min(row["faster"] for row in detail.values()), detail


def _with_as_many_as_asked_for(
    pools: dict[Place, Pool], detail: dict[str, Any], repetitions: int
) -> tuple[float, dict[str, Any]]:
    shares = []
    for place, pool in pools.items():
        row = detail[f"{place.team} on {place.suite}"]
        pairs = math.ceil(row["median_pairs_to_decide"])
        again = ask({place: pool}, RATIO, pairs=pairs, repetitions=repetitions)[place]
        row["with_so_many"] = described(pool, again)
        shares.append(row["with_so_many"]["faster"])
    return min(shares), detail


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--what", choices=sorted(TEAMS), required=True)
    parser.add_argument("--repetitions", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=240)
    options = parser.parse_args()
    measured, detail = measure(options.what, seeds=options.seeds, repetitions=options.repetitions)
    print(json.dumps({"measured": measured, "detail": {"simulated": True, **detail}}))


if __name__ == "__main__":
    main()
