"""The search in several passes: shorter than a list schedule, bounded in work, and provably best at times."""

from pathlib import Path

import pytest

from brooks.core.graph import TaskGraph
from brooks.ids import AgentId, TaskId
from brooks.teams.scheduling import (
    Costs,
    cpop,
    critical_path,
    equal_costs,
    flaws_of,
    heft,
    lower_bound,
    several_passes,
)
from brooks.teams.scheduling.improving import _Search
from measure.schedulers import Row, measure, read_graph, read_rows

HARD = {"rand0117.stg", "rand0154.stg", "rand0177.stg"}
"""Graphs on which the plain list schedule is longer than it need be."""


def agents(count: int) -> tuple[AgentId, ...]:
    """Names of a team."""
    return tuple(AgentId(f"agent-{number}") for number in range(1, count + 1))


def loose(*weights: float) -> TaskGraph:
    """Tasks that do not wait for one another."""
    graph = TaskGraph()
    for number, weight in enumerate(weights):
        graph.add(TaskId(f"t{number}"), (), weight)
    return graph


@pytest.fixture(scope="session")
def rows(test_data: Path) -> list[Row]:
    """Every proved row of the Standard Task Graph Set."""
    return read_rows(test_data / "stg" / "optimal")


def stg(test_data: Path, name: str) -> TaskGraph:
    """One graph of the set."""
    return read_graph((test_data / "stg" / "graphs" / name).read_text(encoding="utf-8"))


def test_all_proved_rows_are_read_and_no_open_one(rows: list[Row]) -> None:
    """180 graphs on four numbers of processors, less the 51 open ones."""
    assert len(rows) == 4 * 180 - 51


def test_hard_graphs_come_within_a_few_percent_of_the_optimum(
    rows: list[Row], test_data: Path
) -> None:
    """Where a list schedule is longest, several passes are near the optimum and never below it."""
    found = [measure(row, stg(test_data, row.graph)) for row in rows if row.graph in HARD]

    assert [flaw for each in found for flaw in each.flaws] == []
    assert max(each.ratio for each in found) <= 1.03
    assert all(each.makespan <= each.listed for each in found)
    assert any(each.makespan < each.listed for each in found)


def test_the_lower_bound_is_below_every_proved_optimum(rows: list[Row], test_data: Path) -> None:
    """For every tenth row."""
    for row in rows[::10]:
        graph = stg(test_data, row.graph)
        assert graph.span() <= lower_bound(graph, row.processors) <= row.optimum


def test_the_bound_by_work_sees_what_must_come_before_and_after() -> None:
    """Six tasks between an entry and an exit, on two members: 1 + 3 + 1, where W / n is 4 only."""
    middle = {TaskId(f"m{number}"): [TaskId("entry")] for number in range(6)}
    graph = TaskGraph.build({TaskId("entry"): [], **middle, TaskId("exit"): list(middle)})

    assert lower_bound(graph, 2) == 5


def test_whole_efforts_have_a_whole_bound() -> None:
    """Three tasks on two members take 2, not 1.5; in halves they do take 0.75 at least."""
    assert lower_bound(loose(1.0, 1.0, 1.0), 2) == 2
    assert lower_bound(loose(0.5, 0.5, 0.5), 2) == 0.75


def test_a_proved_schedule_ends_the_search() -> None:
    """The first pass reaches the bound: no further one is made."""
    graph = loose(2.0, 2.0, 2.0, 2.0)
    search = _Search(graph, equal_costs(graph, agents(2)), placings=4000)

    search.run()

    assert (search.makespan, search._passes) == (4.0, 999)


@pytest.mark.parametrize(("placings", "most"), [(0, 3), (200, 40)])
def test_the_search_ends_when_its_passes_are_spent(placings: int, most: int) -> None:
    """Five tasks whose bound of 6.5 cannot be reached: a pass or two more than allowed at most."""
    graph = loose(4.5, 4.5, 1.5, 1.5, 1.0)
    search = _Search(graph, equal_costs(graph, agents(2)), placings)

    search.run()

    assert search.makespan == 7.0
    assert -2 <= search._passes <= 0
    assert most - search._passes <= most + 2


def test_members_that_differ_get_the_shortest_of_three() -> None:
    """A list schedule, HEFT and CPOP are tried."""
    graph = loose(3.0, 2.0, 2.0)
    works = {task: (graph.weight(task), graph.weight(task) / 2) for task in graph}
    costs = Costs(members=agents(2), works=works)

    made = several_passes(graph, costs)

    every = [schedule(graph, costs).makespan for schedule in (critical_path, heft, cpop)]
    assert made.makespan == min(every)
    assert flaws_of(made, graph, costs) == []
