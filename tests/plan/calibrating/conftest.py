"""Runs of a known profile, simulated once, as the tables from which a profile is fitted."""

from functools import cache

import pytest
from tests.runtime.kit import KitModels, make_spec, make_team, run

from brooks.analysis.tables import Tables
from brooks.analysis.tabling import About, Called, rows_of
from brooks.core.spec import Task
from brooks.ids import BlobHash, TaskId
from brooks.models.base import decode_reply
from brooks.models.profile import Profile

KNOWN = Profile(
    overhead_seconds=2.5,
    output_tokens_per_second=120.0,
    latency_sigma=0.0,
    seconds_per_1k_input=0.0,
    mistake=0.0,
    repair=1.0,
    stall=0.0,
    stall_seconds=0.0,
    whole_load=1.0,
    thinking_tokens=80,
    chosen_load=0.0,
    orphaned=0.0,
    runs_tests=0.7,
    chained_load=0.6,
    file_tokens=150.0,
    output_sigma=0.1,
    overhead_sigma=0.65,
    idle_seconds=4.0,
    prompt_tokens=1200,
    message_tokens=600,
)
CHAIN = 10


def tasks_of_test() -> tuple[Task, ...]:
    """A chain of ten tasks, and ten that stand alone."""
    alone = [Task(id=TaskId(f"f{n}"), files=(f"f{n}.py",)) for n in range(CHAIN)]
    chain = [
        Task(
            id=TaskId(f"c{n}"),
            files=(f"c{n}.py",),
            depends_on=(TaskId(f"c{n - 1}"),) if n else (),
        )
        for n in range(CHAIN)
    ]
    return (*alone, *chain)


def tables_of(profile: Profile, team: str, size: int, seed: int) -> Tables:
    """One simulated run."""
    spec = make_spec(
        tasks_of_test(),
        team=make_team(team, size, rounds=40),
        model="m",
        seed=seed,
        check="all",
    )
    done = run(spec, models=KitModels({"m": profile}))
    name = f"{team}-{size}-{seed}"

    def calls_of(reply: BlobHash) -> list[Called]:
        calls = decode_reply(done.log.blob(reply)).calls
        return [Called(each.id, each.name, each.arguments.get("task")) for each in calls]

    about = About(run=name, project="test", simulated=True)
    return Tables.of(rows_of(done.records, spec, about, calls_of=calls_of))


@cache
def many(size: int, seeds: int) -> Tables:
    """Runs in both modes."""
    teams = ("paper-preassigned", "paper-decentralized")
    return Tables.joined(
        tables_of(KNOWN, team, size, seed) for team in teams for seed in range(seeds)
    )


@pytest.fixture(scope="session")
def alone() -> Tables:
    """Runs of one agent."""
    return many(1, 30)


@pytest.fixture(scope="session")
def together(alone: Tables) -> Tables:
    """Runs of one agent, and of three."""
    return Tables.joined([alone, many(3, 10)])
