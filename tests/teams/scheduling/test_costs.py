"""What a task costs whom: speed, skills and prices."""

from math import inf

import pytest

from brooks.core.graph import TaskGraph
from brooks.core.spec import Member, Task
from brooks.ids import AgentId, TaskId
from brooks.teams.scheduling import Costs, costs_of, critical_path, equal_costs, heft

A, B = TaskId("a"), TaskId("b")
SLOW, FAST = AgentId("slow"), AgentId("fast")


def graph(**weights: float) -> TaskGraph:
    """Tasks that do not wait for one another."""
    made = TaskGraph()
    for name, weight in weights.items():
        made.add(TaskId(name), (), weight)
    return made


def test_work_is_effort_by_speed() -> None:
    """A member of speed 2 takes half the time."""
    team = [Member(id=SLOW), Member(id=FAST, speed=2.0)]

    costs = costs_of({A: Task(id=A, effort=3.0)}, graph(a=3.0), team)

    assert (costs.work(A, SLOW), costs.work(A, FAST)) == (3.0, 1.5)
    assert costs.mean_work(A) == 2.25
    assert not costs.equal


def test_a_member_without_the_skill_may_not_take_the_task() -> None:
    """Who names no skills can do anything; who names some can do those, and what asks for none."""
    tasks = {A: Task(id=A, skill="svg"), B: Task(id=B)}
    team = [
        Member(id=AgentId("any")),
        Member(id=AgentId("svg"), skills=("svg",)),
        Member(id=AgentId("math"), skills=("math",)),
    ]

    costs = costs_of(tasks, graph(a=1.0, b=1.0), team)

    assert costs.works == {A: (1.0, 1.0, inf), B: (1.0, 1.0, 1.0)}


def test_a_skill_that_nobody_has_binds_nobody() -> None:
    """Somebody has to do it."""
    team = [Member(id=SLOW, skills=("math",)), Member(id=FAST, skills=("data",))]

    costs = costs_of({A: Task(id=A, skill="svg")}, graph(a=1.0), team)

    assert costs.works[A] == (1.0, 1.0)


def test_a_task_that_is_only_in_the_graph_asks_for_no_skill() -> None:
    """It was found on the way."""
    costs = costs_of({}, graph(a=1.0), [Member(id=SLOW, skills=("math",))])

    assert costs.works[A] == (1.0,)


def test_communication_is_between_members_only() -> None:
    """Nothing travels to where it is, nor where it is not said to."""
    costs = Costs(
        members=(SLOW, FAST), works={A: (1.0, 1.0), B: (1.0, 1.0)}, communications={(A, B): 5.0}
    )

    assert costs.communication(A, B, source=SLOW, target=FAST) == 5.0
    assert costs.communication(A, B, source=SLOW, target=SLOW) == 0.0
    assert costs.communication(B, A, source=SLOW, target=FAST) == 0.0
    assert not costs.equal


def test_a_lone_member_waits_for_no_communication() -> None:
    """Whatever is said of the way."""
    costs = Costs(members=(SLOW,), works={A: (1.0,), B: (1.0,)}, communications={(A, B): 5.0})

    assert costs.mean_communication(A, B) == 0.0


@pytest.mark.parametrize(
    ("speed", "taker"), [(1.0, "cheap"), (1.005, "cheap"), (1.1, "dear"), (0.9, "cheap")]
)
def test_of_two_that_finish_together_the_cheaper_is_taken(speed: float, taker: str) -> None:
    """A dear member gets the task only if that saves more than a hundredth of its work."""
    team = [
        Member(id=AgentId("dear"), speed=speed, price=5.0),
        Member(id=AgentId("cheap"), price=1.0),
    ]
    tasks = graph(a=1.0)

    for schedule in (critical_path, heft):
        made = schedule(tasks, costs_of({}, tasks, team))
        assert made.dealing[AgentId(taker)] == [A]


def test_equal_prices_are_no_difference() -> None:
    """Everyone is dear."""
    team = [Member(id=SLOW, price=5.0), Member(id=FAST, price=5.0)]

    costs = costs_of({}, graph(a=1.0), team)

    assert costs.equal
    assert costs == equal_costs(graph(a=1.0), [SLOW, FAST])
