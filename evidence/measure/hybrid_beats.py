"""Is the `hybrid` team sooner verified than the published protocols, and at what cost?

Simulated: virtual clock, modelled checks. For the profiles `typical`, `quick` and `careless`, each with
the share of agents that do their whole load in one reply as measured (`own`), with nobody doing so
(`0`) and with everybody (`1`), on the three structures of the bundled project and for teams of 2 to 5
with six attempts a task, the means over the seeds, which all teams share, of

- `hybrid`: the time until a hybrid team has every task verified;
- `pre` and `dec`: the same of `paper-preassigned` and `paper-decentralized`. A run that never
  verifies counts as its time until it stops plus a rerun with another seed, up to five times: where
  even the last did not verify, the time is too short, and `given up` counts such seeds. The same holds for
  hybrid, which gives a task up when it has failed six times: `reruns` counts those of each, per seed;
- `marked`: the time at which they merely mark the last task as done that they get done, checked or not
  (the makespan of the first run);
- `tokens`, `at once`: of hybrid, over those of `single` with the same seed that takes one task a
  turn, or all it can at once.

The columns are hybrid's time over the others', as ratios of means: below 1 hybrid is sooner. Flaws:

- hybrid is not sooner verified than both;
- its time is more than 1.25 times that at which either of them marks all as done;
- its tokens are more than 1.3 times those of one agent that takes one task a turn, or more than
  twice those of one that takes all it can at once.

    PYTHONPATH=evidence python -m measure.hybrid_beats [--seeds 100] [--state FILE] [--seconds 540]
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from brooks.core.spec import Team
from brooks.models.profile import Profile, load_profile
from brooks.spec.presets import PRESETS
from brooks.spec.teams import build_team
from measure.bundled import SUITES
from measure.trials import Trial, Verified, in_parallel, until_verified

PROFILES = ("typical", "quick", "careless")
LOADS = ("own", "0", "1")
SIZES = (2, 3, 4, 5)
ATTEMPTS = 6
AT_ONCE = "single, all at once"
HYBRID, PRE, DEC, SINGLE = "hybrid", "paper-preassigned", "paper-decentralized", "single"
PUBLISHED = (PRE, DEC)
MOST_OF_MARKING = 1.25
MOST_TOKENS = 1.3
MOST_TOKENS_AT_ONCE = 2.0


class Place(NamedTuple):
    """A row of the table."""

    profile: str
    load: str
    """`own`, or what the profile's `whole_load` is replaced by."""
    suite: str
    size: int


class Job(NamedTuple):
    """What one seed of one team is asked for."""

    profile: str
    load: str
    suite: str
    team: str
    size: int
    seed: int

    @property
    def key(self) -> str:
        """Its name in the file of what is known."""
        return "/".join(map(str, self))


@cache
def profile_of(name: str, load: str) -> Profile:
    """A profile, or its variant."""
    profile = load_profile(name)
    return profile if load == "own" else replace(profile, whole_load=float(load))


@cache
def team_of(preset: str, size: int) -> Team:
    """A team."""
    if preset == AT_ONCE:
        return build_team(SINGLE, attempts=ATTEMPTS, batch=0)
    members = None if PRESETS[preset].is_fixed else size
    return build_team(preset, members=members, attempts=ATTEMPTS)


def run_job(job: Job) -> Verified:
    """Run until all is verified; who is to beat has reruns, and so has who beats."""
    return until_verified(
        Trial(
            suite=job.suite,
            team=team_of(job.team, job.size),
            profile=profile_of(job.profile, job.load),
            seed=job.seed,
        )
    )


def jobs_of(place: Place, seed: int) -> list[Job]:
    """Every run that a row needs for a seed; that of the single agent is the same for all sizes.

    Where agents choose their work, `whole_load` says nothing (`chosen_load` does), so those runs are
    the same for all variants of a profile.
    """
    name, load, suite, size = place
    return [
        Job(name, load, suite, HYBRID, size, seed),
        Job(name, load, suite, PRE, size, seed),
        Job(name, "own", suite, DEC, size, seed),
        Job(name, load, suite, SINGLE, 1, seed),
        Job(name, load, suite, AT_ONCE, 1, seed),
    ]


class Row(NamedTuple):
    """The means of a place over its seeds; times in seconds."""

    hybrid: float
    verified: Mapping[str, float]
    """By published team: until all is verified, reruns included."""
    reruns: Mapping[str, float]
    """By team: per seed."""
    given_up: Mapping[str, int]
    marked: Mapping[str, float]
    tokens: float
    """Of hybrid, over those of one agent that takes one task a turn."""
    tokens_at_once: float
    """Over those of one agent that takes all it can at once."""


def row_of(found: Sequence[Sequence[Verified]]) -> Row:
    """Put the seeds of a place together; each has its teams in the order of `jobs_of`."""
    hybrid, *published, single, at_once = zip(*found, strict=True)
    by_name = dict(zip(PUBLISHED, published, strict=True))
    return Row(
        hybrid=fmean(each.seconds for each in hybrid),
        verified={name: fmean(each.seconds for each in runs) for name, runs in by_name.items()},
        reruns={
            name: fmean(each.reruns for each in runs)
            for name, runs in {HYBRID: hybrid, **by_name}.items()
        },
        given_up={
            name: sum(not each.is_verified for each in runs) for name, runs in by_name.items()
        },
        marked={
            name: fmean(each.first.merged_seconds or each.first.seconds for each in runs)
            for name, runs in by_name.items()
        },
        tokens=fmean(each.first.tokens for each in hybrid)
        / fmean(each.first.tokens for each in single),
        tokens_at_once=fmean(each.first.tokens for each in hybrid)
        / fmean(each.first.tokens for each in at_once),
    )


def flaws_of(place: Place, row: Row) -> list[str]:
    """What a row has that it should not have."""
    return late_flaws(place, row) + costly_flaws(place, row)


def _named(place: Place) -> str:
    return f"{place.profile}, whole_load {place.load}, {place.suite}, {place.size} agents"


def late_flaws(place: Place, row: Row) -> list[str]:
    """Where hybrid takes too long."""
    text = _named(place)
    flaws = []
    for name in PUBLISHED:
        if row.hybrid >= row.verified[name]:
            ratio = row.hybrid / row.verified[name]
            flaws.append(f"{text}: verified in {ratio:.2f} of the time of {name}")
        if row.hybrid > MOST_OF_MARKING * row.marked[name]:
            ratio = row.hybrid / row.marked[name]
            flaws.append(f"{text}: verified in {ratio:.2f} of the time in which {name} marks all")
    return flaws


def costly_flaws(place: Place, row: Row) -> list[str]:
    """Where hybrid takes too many tokens."""
    text = _named(place)
    flaws = []
    if row.tokens > MOST_TOKENS:
        flaws.append(f"{text}: {row.tokens:.2f} times the tokens of one agent")
    if row.tokens_at_once > MOST_TOKENS_AT_ONCE:
        ratio = row.tokens_at_once
        flaws.append(f"{text}: {ratio:.2f} times the tokens of one agent that takes all at once")
    return flaws


JUDGES = {"all": flaws_of, "time": late_flaws, "tokens": costly_flaws}
"""What is counted as a flaw, by the word on the command line."""

HEAD = (
    f"{'profile':<10}{'load':>5}{'structure':>11}{'agents':>8}{'hybrid s':>10}{'/pre':>7}{'/dec':>7}"
    f"{'/pre marked':>13}{'/dec marked':>13}{'tokens':>8}{'at once':>9}{'reruns':>8}{'pre':>6}"
    f"{'dec':>6}{'given up':>10}"
)


def line(place: Place, row: Row) -> str:
    """A row as text."""
    against = [row.hybrid / row.verified[name] for name in PUBLISHED]
    marking = [row.hybrid / row.marked[name] for name in PUBLISHED]
    mark = "  *" if flaws_of(place, row) else ""
    return (
        f"{place.profile:<10}{place.load:>5}{place.suite.split('/')[1]:>11}{place.size:>8}"
        f"{row.hybrid:>10.1f}{against[0]:>7.2f}{against[1]:>7.2f}{marking[0]:>13.2f}"
        f"{marking[1]:>13.2f}{row.tokens:>8.2f}{row.tokens_at_once:>9.2f}{row.reruns[HYBRID]:>8.2f}{row.reruns[PRE]:>6.2f}{row.reruns[DEC]:>6.2f}"
        f"{sum(row.given_up.values()):>10}{mark}"
    )


def read_known(path: Path | None) -> dict[str, Verified]:
    """What was found before; the file has one line a job."""
    if path is None or not path.exists():
        return {}
    known = {}
    for text in path.read_bytes().splitlines():
        if text.endswith(b"]"):
            key, found = msgspec.json.decode(text, type=tuple[str, Verified])
            known[key] = found
    return known


def find(jobs: Sequence[Job], state: Path | None, seconds: float) -> dict[str, Verified]:
    """What is known of jobs, after running those that nothing is known of, as far as there is time."""
    known = read_known(state)
    wanted = [job for job in jobs if job.key not in known]
    if state is not None:
        state.parent.mkdir(parents=True, exist_ok=True)
    with (state or Path("/dev/null")).open("ab") as file:
        for job, found in in_parallel(run_job, wanted, seconds=seconds) if wanted else ():
            known[job.key] = found
            file.write(msgspec.json.encode((job.key, found)) + b"\n")
    return known


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--profiles", default=",".join(PROFILES))
    parser.add_argument("--loads", default=",".join(LOADS))
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--judge", choices=sorted(JUDGES), default="all")
    parser.add_argument("--state", type=Path)
    parser.add_argument("--seconds", type=float, default=540.0)
    options = parser.parse_args()
    places = [
        Place(profile, load, suite, int(size))
        for profile in options.profiles.split(",")
        for load in options.loads.split(",")
        for suite in SUITES
        for size in options.sizes.split(",")
    ]
    seeds = range(options.seeds)
    jobs = [job for seed in seeds for place in places for job in jobs_of(place, seed)]
    known = find(list(dict.fromkeys(jobs)), options.state, options.seconds)
    rows = {}
    for place in places:
        found = [[known.get(job.key) for job in jobs_of(place, seed)] for seed in seeds]
        whole = [[each for each in one if each is not None] for one in found if all(one)]
        if whole:
            rows[place] = row_of(whole)
    print(f"simulated; means over up to {options.seeds} seeds; * marks a row with a flaw\n\n{HEAD}")
    for place, row in rows.items():
        print(line(place, row))
    judge = JUDGES[options.judge]
    flaws = [flaw for place, row in rows.items() for flaw in judge(place, row)]
    crashes = [f"{key}: {found.first.crash}" for key, found in known.items() if found.first.crash]
    for flaw in (*flaws, *crashes):
        print(flaw, file=sys.stderr)
    is_whole = all(job.key in known for job in jobs)
    detail = {
        "simulated": True,
        "rows": len(rows),
        "seeds": options.seeds,
        "most_tokens": round(max((row.tokens for row in rows.values()), default=0.0), 3),
        "most_of_marking": round(
            max((row.hybrid / min(row.marked.values()) for row in rows.values()), default=0.0), 3
        ),
        "first": (flaws + crashes)[:5],
    }
    print()
    measured = len(flaws) + len(crashes) if is_whole else -1
    print(json.dumps({"measured": measured, "detail": detail}))


if __name__ == "__main__":
    main()
