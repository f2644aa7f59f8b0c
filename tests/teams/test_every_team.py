"""Every registered team finishes every small graph and keeps what it declares, with and without faults."""

from itertools import combinations, permutations
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace
from tests.runtime.kit import STEADY, KitModels, Run, make_spec, make_team, run

from brooks.audit.report import audit
from brooks.audit.verdict import Result
from brooks.core import events
from brooks.core.spec import FaultPlan, MessageFaults, Task, Team
from brooks.ids import TaskId
from brooks.spec.faults import random_plan
from brooks.spec.presets import PRESETS
from brooks.spec.sizes import Bounds
from brooks.spec.teams import build_team

Edges = tuple[tuple[int, int], ...]

CARELESS = replace(STEADY, mistake=0.3, repair=0.7)


def different_graphs(nodes: int) -> list[Edges]:
    """Every acyclic graph of so many nodes, those that differ only by names once."""
    found: dict[Edges, None] = {}
    pairs = list(combinations(range(nodes), 2))
    for number in range(2 ** len(pairs)):
        edges = [pair for bit, pair in enumerate(pairs) if number >> bit & 1]
        renamed = []
        for names in permutations(range(nodes)):
            mapped = tuple(sorted((names[start], names[end]) for start, end in edges))
            if all(start < end for start, end in mapped):
                renamed.append(mapped)
        found[min(renamed)] = None
    return list(found)


GRAPHS = [(nodes, edges) for nodes in range(1, 5) for edges in different_graphs(nodes)]

TEAMS = [
    (preset, size)
    for preset, settings in PRESETS.items()
    for size in ((settings.size,) if settings.is_fixed else range(settings.least, 5))
]
ELASTIC = [
    (preset, Bounds(PRESETS[preset].least, 4)) for preset in ("leased", "lead", "hybrid", "voting")
]
"""Teams that grow and shrink; those that begin with fewer are the others' own case."""


def team_of(preset: str, size: int | Bounds, **settings: Any) -> Team:
    """A team; an elastic one lets go within the few seconds that these runs take."""
    team = build_team(preset, members=size, attempts=20, **settings)
    if team.elastic is None:
        return team
    return replace(team, elastic=replace(team.elastic, idle_seconds=1.0))


def tasks_of(nodes: int, edges: Edges) -> tuple[Task, ...]:
    """The tasks of a graph; those with an even number share a file."""
    return tuple(
        Task(
            id=TaskId(f"t{node}"),
            depends_on=tuple(TaskId(f"t{start}") for start, end in edges if end == node),
            files=("shared.txt",) if node % 2 == 0 else (),
            check="check",
        )
        for node in range(nodes)
    )


def is_finished(finished: Run, *, declares: bool) -> bool:
    """The run ended well, if its team promises that, and broke nothing that it declared."""
    assert finished.problems() == []
    report = audit(finished.records)
    assert report.result is Result.HOLDS
    if declares:
        assert finished.outcome() == ("done", "every task is done")
        [last] = finished.events(events.RunFinished)
        assert last.verified == last.total
    return True


def test_there_are_as_many_small_graphs_as_there_should_be() -> None:
    """Acyclic graphs without names on 1, 2, 3 and 4 nodes (OEIS A003087)."""
    assert [len(different_graphs(nodes)) for nodes in range(1, 5)] == [1, 2, 6, 31]


@pytest.mark.slow
@pytest.mark.parametrize(("preset", "size"), [*TEAMS, *ELASTIC], ids=str)
def test_a_team_finishes_every_small_graph(preset: str, size: int | Bounds) -> None:
    """Nothing goes wrong but the agents' own mistakes."""
    declares = PRESETS[preset].guarantees.liveness
    for number, (nodes, edges) in enumerate(GRAPHS):
        team = team_of(preset, size)
        model = "careless" if declares else "steady"
        spec = make_spec(tasks_of(nodes, edges), team=team, model=model, seed=number)

        finished = run(spec, models=KitModels({"careless": CARELESS}))

        assert is_finished(finished, declares=declares), f"graph {number}"
        assert finished.state.open_tasks() == 0


@pytest.mark.slow
@pytest.mark.parametrize(("preset", "size"), [*TEAMS, *ELASTIC], ids=str)
def test_a_team_finishes_every_small_graph_in_spite_of_faults(
    preset: str, size: int | Bounds
) -> None:
    """Crashes, stalls, slow stretches, partitions, and a network that is bad in half of the runs."""
    declares = PRESETS[preset].guarantees.liveness
    for number, (nodes, edges) in enumerate(GRAPHS):
        team = team_of(preset, size, turn_seconds=300.0)
        bad = MessageFaults(lost=0.05, duplicated=0.1, delayed=0.1, delay_seconds=5.0)
        plan = random_plan(
            f"{preset}/{size}/{number}",
            [member.id for member in team.members],
            horizon=10.0,
            crashes=1,
            stalls=1,
            slows=1,
            partitions=1,
            messages=bad if number % 2 else None,
        )
        spec = make_spec(
            tasks_of(nodes, edges), team=team, model="careless", seed=number, faults=plan
        )

        finished = run(spec, models=KitModels({"careless": CARELESS}))

        assert is_finished(finished, declares=declares), f"graph {number}, faults {plan}"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_a_team_that_loses_a_member_for_good_is_finished_by_the_others(seed: int) -> None:
    """Any preset with two or more members, any graph, any moment."""
    chance = Random(f"for good/{seed}")
    nodes, edges = chance.choice(GRAPHS)
    preset = chance.choice(
        [name for name, each in PRESETS.items() if each.guarantees.liveness and not each.is_fixed]
    )
    team = make_team(preset, PRESETS[preset].least + chance.randint(1, 3), attempts=20)
    plan = random_plan(f"crash/{seed}", [team.members[0].id], horizon=8.0, crashes=1)
    crash = replace(plan.faults[0], seconds=0.0)
    spec = make_spec(
        tasks_of(nodes, edges), team=team, seed=seed, faults=FaultPlan(faults=(crash,))
    )

    finished = run(spec)

    assert is_finished(finished, declares=True)
