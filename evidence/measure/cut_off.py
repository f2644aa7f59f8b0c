"""An agent that cannot reach the board: what waiting costs, and what going on costs.

Simulated: virtual clock, modelled checks, profile `typical`, six attempts a task. Four agents that take
batches of four tasks under leases, each on a copy of its own, are cut off three times in the first
30 s, for 45 s on average, drawn anew for each seed. Two teams differ in one rule:

- `stop`: who is cut off waits, and its lease runs out. The team declares one holder a task;
- `go_on`: who is cut off works on and reconciles by merge. It does not declare one holder.

Shown are the means over the seeds, beside those of the same team that is not cut off: availability
(`brooks.analysis.availability`, over the whole run), seconds to the last merge and until all is verified
(a run ends when the last turn has, so who goes on alone keeps it open until it is back), tokens and how
many more those are (work done twice), changes refused as too late, and conflicts. A flaw is an invariant or a
declared guarantee that is broken or not known to be kept, and a run that crashes.

    PYTHONPATH=evidence python -m measure.cut_off [--seeds 50]
"""

import argparse
import json
import sys
from collections.abc import Sequence
from functools import cache
from statistics import fmean
from typing import NamedTuple

from brooks.core.spec import FaultPlan, Team
from brooks.core.team_rules import Consistency, CutOff
from brooks.models.profile import load_profile
from brooks.spec.faults import random_plan
from brooks.spec.team_sections import TeamSection
from brooks.spec.teams import build_team
from measure.bundled import SUITES
from measure.trials import Ended, Trial, carry_out, in_parallel

SIZE = 4
BATCH = 4
ATTEMPTS = 6
PARTITIONS = 3
HORIZON = 30.0
MEAN_SECONDS = 45.0


class Job(NamedTuple):
    """One run."""

    suite: str
    rule: CutOff
    is_cut: bool
    seed: int


@cache
def team_of(rule: CutOff) -> Team:
    """The team with a rule."""
    return build_team(
        section=TeamSection(
            preset="leased",
            size=SIZE,
            batch=BATCH,
            attempts=ATTEMPTS,
            consistency=Consistency.ISOLATED,
            cut_off=rule,
        )
    )


def trial_of(job: Job) -> Trial:
    """The run of a job; both rules meet the same partitions."""
    team = team_of(job.rule)
    plan = random_plan(
        f"cut off/{job.seed}",
        [member.id for member in team.members],
        horizon=HORIZON,
        partitions=PARTITIONS if job.is_cut else 0,
        mean_seconds=MEAN_SECONDS,
    )
    return Trial(
        suite=job.suite,
        team=team,
        profile=load_profile("typical"),
        seed=job.seed,
        faults=plan if job.is_cut else FaultPlan(),
    )


def run_job(job: Job) -> Ended:
    """Make one run and judge it."""
    return carry_out(trial_of(job))


def flaws_of(job: Job, ended: Ended) -> list[str]:
    """What is wrong with one run."""
    text = f"{job.rule}, {'cut off' if job.is_cut else 'whole'}, {job.suite}, seed {job.seed}"
    return [f"{text}: {why}" for why in ((ended.crash,) if ended.crash else ended.broken)]


HEAD = (
    f"{'structure':<12}{'cut off':<9}{'rule':<8}{'verified':>9}{'avail':>7}{'merged s':>10}{'time s':>8}"
    f"{'tokens':>9}{'twice':>7}{'late':>6}{'conflicts':>11}"
)


def line(job: Job, found: Sequence[Ended], whole: Sequence[Ended]) -> str:
    """A row as text; `whole` are the same runs without partitions."""
    tokens = fmean(each.tokens for each in found)
    twice = tokens / max(fmean(each.tokens for each in whole), 1.0) - 1
    verified = [each for each in found if each.is_verified]
    seconds = fmean(each.seconds for each in verified) if verified else 0.0
    return (
        f"{job.suite.split('/')[1]:<12}{'yes' if job.is_cut else 'no':<9}{job.rule:<8}"
        f"{len(verified):>5}/{len(found):<3}{fmean(each.availability for each in found):>7.2f}"
        f"{fmean(each.merged_seconds or 0.0 for each in found):>10.1f}{seconds:>8.1f}"
        f"{tokens:>9.0f}{twice:>7.0%}{fmean(each.late for each in found):>6.2f}"
        f"{fmean(each.conflicts for each in found):>11.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=50)
    seeds = range(parser.parse_args().seeds)
    places = [
        Job(suite, rule, cut, 0) for suite in SUITES for cut in (False, True) for rule in CutOff
    ]
    jobs = [place._replace(seed=seed) for place in places for seed in seeds]
    found = dict(in_parallel(run_job, jobs))
    print(f"simulated; means over {len(seeds)} seeds\n\n{HEAD}")
    for place in places:
        here = [place._replace(seed=seed) for seed in seeds]
        whole = [found[job._replace(is_cut=False)] for job in here]
        print(line(place, [found[job] for job in here], whole))
    flaws = [text for job in jobs for text in flaws_of(job, found[job])]
    for flaw in flaws:
        print(flaw, file=sys.stderr)
    availability = {
        rule.value: round(
            fmean(
                ended.availability
                for job, ended in found.items()
                if job.is_cut and job.rule is rule
            ),
            3,
        )
        for rule in CutOff
    }
    detail = {"simulated": True, "availability": availability, "first": flaws[:5]}
    print()
    print(json.dumps({"measured": len(flaws), "detail": detail}))


if __name__ == "__main__":
    main()
