"""What does an elastic team save in its agents' time, and what does it cost in time?

Simulated: virtual clock, modelled checks. On the bundled structures, teams of eight that are there from
beginning to end, and the same that grow from one to eight and shrink again (`1-8`), both with every
seed, and everybody let go after 5, 10 (as usual) and 30 idle seconds. The columns are ratios of the
means over the seeds, elastic over rigid:

- `agent time`: seconds that agents were in the team, added up;
- `time`: until every task is verified.

Measured is the largest ratio of one of the two on one structure with the usual patience. A run that is
not verified, or whose audit does not hold, ends the program.

    PYTHONPATH=evidence python -m measure.elastic [--seeds 20] [--what agent_seconds] [--suite mathlib/mixed]
"""

import argparse
import json
import sys
from statistics import fmean
from typing import NamedTuple

from msgspec.structs import replace

from brooks.analysis.summary import Summary
from brooks.audit.report import audit
from brooks.audit.verdict import Result
from brooks.core import events
from brooks.core.spec import Elastic, Team
from brooks.log.codec import Codec
from brooks.models.profile import load_profile
from brooks.spec.teams import build_team
from measure.bundled import SUITES, OneProfile, bundled_spec, run_in_memory
from measure.trials import in_parallel

PRESETS = ("leased", "hybrid")
MOST = 8
PATIENCE = (5.0, 10.0, 30.0)
USUAL = Elastic().idle_seconds


class Job(NamedTuple):
    """One run."""

    suite: str
    preset: str
    idle_seconds: float
    """0 for a team that is rigid."""
    seed: int


class Found(NamedTuple):
    """What it took."""

    agent_seconds: float
    seconds: float
    calls: int
    leaves: int
    flaw: str


def team_of(job: Job) -> Team:
    """The job's team, with so many attempts that every task is verified."""
    if not job.idle_seconds:
        return build_team(f"{job.preset}:{MOST}", attempts=8)
    team = build_team(f"{job.preset}:1-{MOST}", attempts=8)
    assert team.elastic is not None
    return replace(team, elastic=replace(team.elastic, idle_seconds=job.idle_seconds))


def run_job(job: Job) -> Found:
    """Run, and judge."""
    spec, blobs, files = bundled_spec(job.suite, team_of(job), seed=job.seed)
    models = OneProfile(load_profile("typical"))
    _, log = run_in_memory(spec, blobs, files, models=models)
    records = list(Codec().decode_all(log.read()))
    summary = Summary.of(records, simulated=True, clock="virtual")
    flaw = "" if summary.all_verified else "it was not verified"
    if audit(records).result is not Result.HOLDS:
        flaw = "its audit does not hold"
    there = (agent.availability.seconds(summary.time) for agent in summary.agents.values())
    return Found(
        agent_seconds=sum(there),
        seconds=summary.verified_seconds or summary.run_seconds,
        calls=sum(isinstance(record.event, events.AgentCalled) for record in records),
        leaves=sum(isinstance(record.event, events.AgentLeft) for record in records),
        flaw=flaw,
    )


class Row(NamedTuple):
    """One elastic team beside the rigid one, on one structure."""

    suite: str
    preset: str
    idle_seconds: float
    agent_seconds: float
    seconds: float
    calls: float
    leaves: float


def rows_of(found: dict[Job, Found], suites: list[str], seeds: range) -> list[Row]:
    """Every elastic team's ratios."""

    def of(suite: str, preset: str, idle_seconds: float) -> list[Found]:
        return [found[Job(suite, preset, idle_seconds, seed)] for seed in seeds]

    rows = []
    for suite in suites:
        for preset in PRESETS:
            rigid = of(suite, preset, 0.0)
            for idle_seconds in PATIENCE:
                grown = of(suite, preset, idle_seconds)
                rows.append(
                    Row(
                        suite,
                        preset,
                        idle_seconds,
                        fmean(each.agent_seconds for each in grown)
                        / fmean(each.agent_seconds for each in rigid),
                        fmean(each.seconds for each in grown)
                        / fmean(each.seconds for each in rigid),
                        fmean(each.calls for each in grown),
                        fmean(each.leaves for each in grown),
                    )
                )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--what", choices=["agent_seconds", "seconds"], default="agent_seconds")
    parser.add_argument("--suite", choices=SUITES, action="append")
    options = parser.parse_args()
    suites, seeds = options.suite or list(SUITES), range(options.seeds)
    jobs = [
        Job(suite, preset, idle_seconds, seed)
        for suite in suites
        for preset in PRESETS
        for idle_seconds in (0.0, *PATIENCE)
        for seed in seeds
    ]
    found = dict(in_parallel(run_job, jobs, seconds=540.0))
    flaws = [f"{job}: {each.flaw}" for job, each in found.items() if each.flaw]
    if flaws or len(found) < len(jobs):
        sys.exit("\n".join(flaws[:5]) or "there was not enough time for all runs")
    rows = rows_of(found, suites, seeds)
    print(
        f"{'structure':<18}{'team':>8}{'idle s':>8}{'agent time':>12}{'time':>7}{'calls':>7}{'left':>6}"
    )
    for row in rows:
        print(
            f"{row.suite:<18}{row.preset:>8}{row.idle_seconds:>8g}{row.agent_seconds:>12.2f}"
            f"{row.seconds:>7.2f}{row.calls:>7.1f}{row.leaves:>6.1f}"
        )
    usual = [row for row in rows if row.idle_seconds == USUAL]
    detail = {
        f"{row.suite} {row.preset}": {
            "agent_seconds": round(row.agent_seconds, 3),
            "seconds": round(row.seconds, 3),
        }
        for row in usual
    }
    measured = max(getattr(row, options.what) for row in usual)
    print(json.dumps({"measured": round(measured, 3), "detail": {"simulated": True, **detail}}))


if __name__ == "__main__":
    main()
