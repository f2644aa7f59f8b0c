"""HEFT and CPOP: the published example, and gaps."""

from pathlib import Path

import pytest

from brooks.core.graph import TaskGraph
from brooks.ids import AgentId, TaskId
from brooks.teams.scheduling import Costs, cpop, critical_path, equal_costs, flaws_of, heft
from brooks.teams.scheduling.heft import mean_downward_ranks, mean_upward_ranks
from measure.schedulers import read_example


@pytest.fixture(scope="session")
def example(test_data: Path) -> tuple[TaskGraph, Costs]:
    """Ten tasks on three processors (Topcuoglu, Hariri, Wu 2002)."""
    return read_example((test_data / "heft_topcuoglu2002.json").read_text(encoding="utf-8"))


def test_the_published_examples_ranks_are_found(example: tuple[TaskGraph, Costs]) -> None:
    """Table 3 of the paper: the entry and the exit lie on the critical path of 108."""
    upward, downward = mean_upward_ranks(*example), mean_downward_ranks(*example)

    published = {1: 108, 2: 77, 3: 80, 4: 80, 5: 69, 6: 63.333}
    published |= {7: 42.667, 8: 35.667, 9: 44.333, 10: 14.667}
    assert {int(task): rank for task, rank in upward.items()} == pytest.approx(published, abs=1e-3)
    assert downward[TaskId("10")] + upward[TaskId("10")] == pytest.approx(108)


def test_the_published_examples_makespans_are_found(example: tuple[TaskGraph, Costs]) -> None:
    """HEFT takes 80, CPOP 86."""
    assert (heft(*example).makespan, cpop(*example).makespan) == (80, 86)
    assert flaws_of(heft(*example), *example) == flaws_of(cpop(*example), *example) == []


def test_cpop_puts_the_critical_path_on_one_processor(example: tuple[TaskGraph, Costs]) -> None:
    """Tasks 1, 2, 9 and 10, on the processor that does them in 54."""
    dealt = cpop(*example).dealing

    assert {"1", "2", "9", "10"} <= set(dealt[AgentId("P2")])


def test_a_gap_that_is_long_enough_is_used() -> None:
    """The second member waits for a result; a small task of low rank goes in between."""
    graph = TaskGraph.build({TaskId("a"): [], TaskId("b"): [TaskId("a")], TaskId("c"): []})
    costs = Costs(
        members=(AgentId("one"), AgentId("two")),
        works={
            TaskId("a"): (2.0, float("inf")),
            TaskId("b"): (float("inf"), 3.0),
            TaskId("c"): (float("inf"), 2.0),
        },
    )

    assert heft(graph, costs).dealing == {"one": ["a"], "two": ["c", "b"]}
    assert heft(graph, costs).makespan == 5


def test_a_gap_that_is_too_short_is_left() -> None:
    """As before, but the small task is longer than the wait."""
    graph = TaskGraph.build({TaskId("a"): [], TaskId("b"): [TaskId("a")], TaskId("c"): []})
    works = {"a": (1.0, float("inf")), "b": (float("inf"), 3.0), "c": (float("inf"), 2.0)}
    costs = Costs(
        members=(AgentId("one"), AgentId("two")),
        works={TaskId(task): work for task, work in works.items()},
    )

    assert heft(graph, costs).dealing == {"one": ["a"], "two": ["b", "c"]}


def test_a_dear_way_keeps_a_chain_together() -> None:
    """Two chains of two tasks; what one member has done reaches the other late."""
    needs = {"a": [], "b": ["a"], "x": [], "y": ["x"]}
    graph = TaskGraph.build(
        {TaskId(task): [TaskId(each) for each in parents] for task, parents in needs.items()}
    )
    members = (AgentId("one"), AgentId("two"))
    ways = {(TaskId("a"), TaskId("b")): 10.0, (TaskId("x"), TaskId("y")): 10.0}
    costs = Costs(members=members, works=equal_costs(graph, members).works, communications=ways)

    for schedule in (heft, cpop, critical_path):
        assert schedule(graph, costs).dealing == {"one": ["a", "b"], "two": ["x", "y"]}


def test_critical_tasks_that_the_fastest_may_not_do_go_elsewhere() -> None:
    """Nobody may do the whole critical path: each part is done by one who may."""
    graph = TaskGraph.build({TaskId("a"): [], TaskId("b"): [TaskId("a")]})
    costs = Costs(
        members=(AgentId("one"), AgentId("two")),
        works={TaskId("a"): (1.0, float("inf")), TaskId("b"): (float("inf"), 1.0)},
    )

    assert cpop(graph, costs).dealing == {"one": ["a"], "two": ["b"]}
