"""Every team, on every structure, under every kind of fault: one table for each structure.

Simulated: virtual clock, modelled checks, the profile `typical` without mistakes and hanging requests.
Each preset, with four agents (`single` with one) and six attempts a task, works on the three
structures of the bundled project in each of these worlds, drawn anew for each seed:

- `none`: nothing goes wrong;
- `crash`: two crashes in the first 20 s, of agents drawn by chance, that come back after 30 s on average;
- `stall`: two stalls in the first 20 s, of 30 s on average;
- `wrong`: a tenth of what is first written for a task is wrong;
- `slow`: agent-1 is ten times slower for the whole run;
- `cut off`: half of the team cannot reach the board for 60 s, from a moment in the first 20 s on;
- `messages`: a twentieth of the messages is lost, and a twentieth comes twice.

The columns, as means over the seeds:

- `verified`: share of the tasks that are done and whose check passes on the final tree; and of how
  many runs that are done with every task verified;
- `avail`: share of agent-time in which an agent could make progress (`brooks.analysis.availability`);
- `merged` and `time`: seconds to the last merge, and to the end of the runs that are verified, over the
  lower bound max(span, work / agents). Work is the time to the last merge of the `single` team with
  the same seed and profile and no faults. Its seconds are shared out to the tasks by their effort,
  and span is what the most laborious chain of tasks takes then. A team whose agents take several tasks in one
  reply can stay below the bound, for a turn with one task each is what it is made of;
- `tokens`: over those of that same run of `single`;
- `conflicts`, `messages` (deliveries) and `anomalies` (lost updates, stale reads, skews), each per run;
- `broken`: runs that broke an invariant or a guarantee that the team declares, or ended with tasks open.

A flaw is a run that crashes, and for a team that declares checked completion and liveness also a run
that is not verified whole, or breaks anything. The teams that declare nothing are there to be seen.

    PYTHONPATH=evidence python -m measure.matrix [--seeds 5] [--presets leased,hybrid] [--suites mixed]
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from random import Random
from statistics import fmean
from typing import NamedTuple

from msgspec.structs import replace

from brooks.core.graph import TaskGraph
from brooks.core.spec import Fault, FaultKind, FaultPlan, Guarantees, MessageFaults, Team
from brooks.ids import AgentId
from brooks.models.profile import Profile, load_profile
from brooks.spec.faults import random_plan
from brooks.spec.presets import PRESETS
from brooks.spec.teams import build_team
from measure.bundled import SUITES, bundled_spec
from measure.trials import Ended, Trial, carry_out, in_parallel

SIZE = 4
ATTEMPTS = 6
HORIZON = 20.0
"""Seconds in which faults begin."""
CUT_SECONDS = 60.0
WHOLE_RUN = 1e6
NO_FLAWS_OF_ITS_OWN = replace(load_profile("typical"), mistake=0.0, stall=0.0)
WRONG = replace(NO_FLAWS_OF_ITS_OWN, mistake=0.1)


class World(NamedTuple):
    """What goes wrong."""

    faults: Callable[[str, Sequence[AgentId]], FaultPlan]
    """The plan of a seed for the agents of a team."""
    profile: Profile = NO_FLAWS_OF_ITS_OWN


def _cut(seed: str, agents: Sequence[AgentId]) -> FaultPlan:
    """Half of the team, but one agent at least, drawn by chance and cut off together."""
    chance = Random(f"{seed}/cut")
    cut = sorted(chance.sample(agents, max(1, len(agents) // 2)))
    at = round(chance.uniform(0.0, HORIZON), 3)
    kind = FaultKind.PARTITION
    return FaultPlan(
        faults=tuple(Fault(kind=kind, agent=agent, at=at, seconds=CUT_SECONDS) for agent in cut)
    )


def _slow(seed: str, agents: Sequence[AgentId]) -> FaultPlan:
    slow = Fault(kind=FaultKind.SLOW, agent=agents[0], at=0.0, seconds=WHOLE_RUN, factor=10.0)
    return FaultPlan(faults=(slow,))


def _bad_network(seed: str, agents: Sequence[AgentId]) -> FaultPlan:
    return FaultPlan(messages=MessageFaults(lost=0.05, duplicated=0.05))


WORLDS: Mapping[str, World] = {
    "none": World(lambda seed, agents: FaultPlan()),
    "crash": World(lambda seed, agents: random_plan(seed, agents, horizon=HORIZON, crashes=2)),
    "stall": World(lambda seed, agents: random_plan(seed, agents, horizon=HORIZON, stalls=2)),
    "wrong": World(lambda seed, agents: FaultPlan(), WRONG),
    "slow": World(_slow),
    "cut off": World(_cut),
    "messages": World(_bad_network),
}


class Cell(NamedTuple):
    """A place in the table, and a seed."""

    suite: str
    preset: str
    world: str
    seed: int

    @property
    def text(self) -> str:
        """What to type to see it again."""
        return f"{self.preset} on {self.suite}, {self.world}, seed {self.seed}"


@cache
def team_of(preset: str) -> Team:
    """The team of a row."""
    size = None if PRESETS[preset].is_fixed else SIZE
    return build_team(preset, members=size, attempts=ATTEMPTS)


def trial_of(cell: Cell) -> Trial:
    """The run of a cell."""
    team = team_of(cell.preset)
    world = WORLDS[cell.world]
    agents = [member.id for member in team.members]
    return Trial(
        suite=cell.suite,
        team=team,
        profile=world.profile,
        seed=cell.seed,
        faults=world.faults(f"matrix/{cell.world}/{cell.seed}", agents),
    )


def run_cell(cell: Cell) -> Ended:
    """Make the run of a cell and judge it."""
    return carry_out(trial_of(cell))


def alone(cell: Cell) -> Cell:
    """The run of one agent without faults that a cell is compared with."""
    profile = WORLDS[cell.world].profile
    return cell._replace(preset="single", world="wrong" if profile is WRONG else "none")


@cache
def span_and_work(suite: str) -> tuple[float, float]:
    """Effort of the most laborious chain of a suite, and of all its tasks."""
    spec, _, _ = bundled_spec(suite, "single")
    graph = TaskGraph.build(
        {task.id: task.depends_on for task in spec.tasks},
        {task.id: task.effort for task in spec.tasks},
    )
    return graph.span(), graph.work()


def lower_bound(suite: str, work_seconds: float, agents: int) -> float:
    """Seconds that so many agents need at least if one alone needs `work_seconds`."""
    span, work = span_and_work(suite)
    return max(work_seconds * span / work, work_seconds / agents)


class Row(NamedTuple):
    """What the runs of one preset in one world came to; ratios are None where no run has one."""

    runs: int
    tasks_verified: float
    runs_verified: int
    availability: float
    merged: float | None
    time: float | None
    tokens: float | None
    conflicts: float
    messages: float
    anomalies: float
    broken: int
    crashed: int


def row_of(cells: Sequence[Cell], found: Mapping[Cell, Ended]) -> Row:
    """Put the runs of some cells together."""
    sound = [cell for cell in cells if not found[cell].crash]
    ended = [found[cell] for cell in sound]

    def ratio(of: Callable[[Ended], float | None], base: Callable[[Cell], float]) -> float | None:
        values = [value / base(cell) for cell in sound if (value := of(found[cell])) is not None]
        return fmean(values) if values else None

    def bound(cell: Cell) -> float:
        work = found[alone(cell)].merged_seconds
        assert work is not None, f"one agent alone got nothing done: {alone(cell).text}"
        return lower_bound(cell.suite, work, len(team_of(cell.preset).members))

    return Row(
        runs=len(cells),
        tasks_verified=_mean(each.verified / each.tasks for each in ended),
        runs_verified=sum(each.is_verified for each in ended),
        availability=_mean(each.availability for each in ended),
        merged=ratio(lambda each: each.merged_seconds, bound),
        time=ratio(lambda each: each.seconds if each.is_verified else None, bound),
        tokens=ratio(lambda each: each.tokens, lambda cell: found[alone(cell)].tokens),
        conflicts=_mean(each.conflicts for each in ended),
        messages=_mean(each.deliveries for each in ended),
        anomalies=_mean(each.anomalies for each in ended),
        broken=sum(bool(each.broken) for each in ended),
        crashed=len(cells) - len(sound),
    )


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return fmean(known) if known else 0.0


def is_bound(guarantees: Guarantees) -> bool:
    """Whether a team with these promises must get everything done."""
    return guarantees.checked_completion and guarantees.liveness


def flaws_of(cell: Cell, ended: Ended) -> list[str]:
    """What is wrong with one run."""
    if ended.crash:
        return [f"{cell.text}: {ended.crash}"]
    if not is_bound(team_of(cell.preset).guarantees):
        return []
    flaws = [f"{cell.text}: {text}" for text in ended.broken]
    if not ended.is_verified:
        flaws.append(f"{cell.text}: {ended.verified} of {ended.tasks} tasks verified")
    return flaws


HEAD = (
    f"{'team':<20}{'world':<10}{'verified':>9}{'runs':>6}{'avail':>7}{'merged':>8}{'time':>7}"
    f"{'tokens':>8}{'conflicts':>11}{'messages':>10}{'anomalies':>11}{'broken':>8}"
)


def line(preset: str, world: str, row: Row) -> str:
    """A row as text."""
    crashed = f"   {row.crashed} crashed" if row.crashed else ""
    return (
        f"{preset:<20}{world:<10}{row.tasks_verified:>8.0%} {row.runs_verified:>3}/{row.runs}"
        f"{row.availability:>7.2f}{_show(row.merged):>8}{_show(row.time):>7}{_show(row.tokens):>8}"
        f"{row.conflicts:>11.1f}{row.messages:>10.1f}{row.anomalies:>11.1f}{row.broken:>8}{crashed}"
    )


def _show(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def show_table(suite: str, rows: Mapping[tuple[str, str], Row]) -> None:
    """Print the table of one structure."""
    span, work = span_and_work(suite)
    print(f"\n{suite}: simulated; span {span:g} and work {work:g} in units of effort\n\n{HEAD}")
    before = ""
    for (preset, world), row in rows.items():
        if before not in {"", preset}:
            print()
        before = preset
        print(line(preset, world, row))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--presets", default=",".join(PRESETS))
    parser.add_argument("--suites", default=",".join(suite.split("/")[1] for suite in SUITES))
    parser.add_argument("--worlds", default=",".join(WORLDS))
    options = parser.parse_args()
    suites = [f"mathlib/{name}" for name in options.suites.split(",")]
    presets, worlds = options.presets.split(","), options.worlds.split(",")
    seeds = range(options.first, options.first + options.seeds)
    cells = [
        Cell(suite, preset, world, seed)
        for suite in suites
        for preset in presets
        for world in worlds
        for seed in seeds
    ]
    wanted = list(dict.fromkeys([*cells, *map(alone, cells)]))
    found = dict(in_parallel(run_cell, wanted))
    tables = {
        suite: {
            (preset, world): row_of([Cell(suite, preset, world, seed) for seed in seeds], found)
            for preset in presets
            for world in worlds
        }
        for suite in suites
    }
    for suite, rows in tables.items():
        show_table(suite, rows)
    flaws = [flaw for cell in cells for flaw in flaws_of(cell, found[cell])]
    for flaw in flaws:
        print(flaw, file=sys.stderr)
    detail = {
        "simulated": True,
        "runs": len(cells),
        "seeds": options.seeds,
        "flaws": flaws[:5],
        "verified_runs": {
            preset: sum(found[cell].is_verified for cell in cells if cell.preset == preset)
            for preset in presets
        },
    }
    print()
    print(json.dumps({"measured": len(flaws), "detail": detail}))


if __name__ == "__main__":
    main()
