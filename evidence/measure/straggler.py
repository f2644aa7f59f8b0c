"""One of five agents is ten times slower: is the team as quick as without it?

Simulated: virtual clock, modelled checks, profile `typical`, six attempts a task. For each structure of
the bundled project, the mean time over the seeds until all is verified, with the straggler over
without: five agents, the first of them slow, against the same five without the first.

- *declared*: the member's `speed` is 0.1, so the team may plan with it;
- *hidden*: the same by a fault that nobody is told of (ten times slower from the start on).

Beside `hybrid` stand `hybrid` without stealing and backups, and `preassigned`, which has neither. A pair
counts when both its runs are verified: now and then a task fails six times and is given up. A flaw is
a run that crashes or breaks what its team declares, and a declared straggler in `hybrid` that costs
more than a tenth.

    PYTHONPATH=evidence python -m measure.straggler [--seeds 50]
"""

import argparse
import json
import sys
from collections.abc import Sequence
from functools import cache
from statistics import fmean
from typing import NamedTuple

from brooks.core.spec import Fault, FaultKind, FaultPlan, Team
from brooks.ids import AgentId
from brooks.models.profile import load_profile
from brooks.spec.rule_sections import StragglersSection
from brooks.spec.team_sections import MemberSection, TeamSection
from brooks.spec.teams import build_team
from measure.bundled import SUITES
from measure.trials import Ended, Trial, carry_out, in_parallel

ATTEMPTS = 6
SLOW = AgentId("agent-1")
OTHERS = tuple(AgentId(f"agent-{number}") for number in range(2, 6))
TIMES_SLOWER = 10.0
WHOLE_RUN = 1e6
MOST = 1.1
HYBRID = "hybrid"
TEAMS = (HYBRID, "hybrid without help", "preassigned")
WAYS = ("declared", "hidden")


class Job(NamedTuple):
    """One run."""

    suite: str
    team: str
    way: str
    """How the straggler is slow; empty for the team without it."""
    seed: int


@cache
def team_of(name: str, way: str) -> Team:
    """A team with a straggler, or without; the others have the same ids in both."""
    helps = (
        None if name != "hybrid without help" else StragglersSection(stealing=False, backups=False)
    )
    first = [MemberSection(id=SLOW, speed=1 / TIMES_SLOWER if way == "declared" else 1.0)]
    return build_team(
        section=TeamSection(
            preset=name.split(" ", maxsplit=1)[0],
            members=[*(first if way else ()), *(MemberSection(id=agent) for agent in OTHERS)],
            attempts=ATTEMPTS,
            stragglers=helps,
        )
    )


def run_job(job: Job) -> Ended:
    """Make one run and judge it."""
    slow = Fault(kind=FaultKind.SLOW, agent=SLOW, at=0.0, seconds=WHOLE_RUN, factor=TIMES_SLOWER)
    return carry_out(
        Trial(
            suite=job.suite,
            team=team_of(job.team, job.way),
            profile=load_profile("typical"),
            seed=job.seed,
            faults=FaultPlan(faults=(slow,) if job.way == "hidden" else ()),
        )
    )


class Row(NamedTuple):
    """What a straggler costs one team on one structure."""

    suite: str
    team: str
    way: str
    without: float
    """Mean seconds until all is verified without the straggler."""
    seconds: float
    """With it."""
    tokens: float
    """With it, over those without."""
    pairs: int
    """Seeds of which both runs were verified."""

    @property
    def ratio(self) -> float:
        """How much longer it takes with the straggler."""
        return self.seconds / self.without

    @property
    def is_flaw(self) -> bool:
        """Whether it costs more than it may."""
        return self.team == HYBRID and self.way == "declared" and self.ratio > MOST


def row_of(job: Job, found: Sequence[tuple[Ended, Ended]]) -> Row:
    """Put the pairs of a place together: the run with the straggler, and the one without."""
    found = [pair for pair in found if all(ended.is_verified for ended in pair)]
    return Row(
        suite=job.suite,
        team=job.team,
        way=job.way,
        without=fmean(without.seconds for _, without in found),
        seconds=fmean(slowed.seconds for slowed, _ in found),
        tokens=fmean(slowed.tokens for slowed, _ in found)
        / max(fmean(without.tokens for _, without in found), 1.0),
        pairs=len(found),
    )


def flaws_of_run(job: Job, ended: Ended) -> list[str]:
    """What is wrong with one run."""
    text = f"{job.team}, {job.way or 'without'}, {job.suite}, seed {job.seed}"
    if ended.crash:
        return [f"{text}: {ended.crash}"]
    return [f"{text}: {broken}" for broken in ended.broken]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=50)
    seeds = range(parser.parse_args().seeds)
    jobs = [
        Job(suite, team, way, seed)
        for suite in SUITES
        for team in TEAMS
        for way in ("", *WAYS)
        for seed in seeds
    ]
    found = dict(in_parallel(run_job, jobs))
    rows = []
    for job in (job for job in jobs if job.way and not job.seed):
        both = [job._replace(seed=seed) for seed in seeds]
        rows.append(row_of(job, [(found[one], found[one._replace(way="")]) for one in both]))
    flaws = [text for job in jobs for text in flaws_of_run(job, found[job])]
    flaws += [f"{row.suite}: a straggler costs {row.ratio:.2f}" for row in rows if row.is_flaw]
    print(f"simulated; means over {len(seeds)} seeds; * marks a row with a flaw\n")
    print(
        f"{'structure':<12}{'team':<22}{'straggler':<11}{'without s':>10}{'with s':>9}"
        f"{'ratio':>7}{'tokens':>8}{'pairs':>7}"
    )
    for row in rows:
        print(
            f"{row.suite.split('/')[1]:<12}{row.team:<22}{row.way:<11}{row.without:>10.1f}"
            f"{row.seconds:>9.1f}{row.ratio:>7.2f}{row.tokens:>8.2f}{row.pairs:>7}"
            f"{'  *' if row.is_flaw else ''}"
        )
    for flaw in flaws:
        print(flaw, file=sys.stderr)
    detail = {
        "simulated": True,
        "ratios": {
            f"{row.suite.split('/')[1]} {row.way}": round(row.ratio, 3)
            for row in rows
            if row.team == HYBRID
        },
        "first": flaws[:5],
    }
    print()
    print(json.dumps({"measured": len(flaws), "detail": detail}))


if __name__ == "__main__":
    main()
