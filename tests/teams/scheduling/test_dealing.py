"""How tasks are dealt to members that may differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brooks.core.graph import TaskGraph
from brooks.core.spec import Member, Scheduler, Task
from brooks.ids import AgentId, TaskId
from brooks.teams.scheduling import DEALERS, PLACINGS, Priorities, deal


def tasks_named(*names: str) -> TaskGraph:
    """Tasks of effort 1 that do not wait for one another."""
    return TaskGraph.build({TaskId(name): [] for name in names})


def named(*ids: str) -> list[Member]:
    """Equal members."""
    return [Member(id=AgentId(each)) for each in ids]


@st.composite
def graphs(draw: st.DrawFn) -> TaskGraph:
    """Any graph of up to nine tasks."""
    made = TaskGraph()
    for number in range(draw(st.integers(1, 9))):
        parents = draw(st.sets(st.integers(0, number - 1), max_size=3)) if number else set()
        weight = draw(st.sampled_from([0.5, 1.0, 2.0, 7.0]))
        made.add(TaskId(f"t{number}"), [TaskId(f"t{each}") for each in sorted(parents)], weight)
    return made


@pytest.mark.parametrize("scheduler", Scheduler)
@given(graph=graphs(), size=st.integers(1, 5))
def test_equal_members_are_dealt_to_as_equal_agents(
    scheduler: Scheduler, graph: TaskGraph, size: int
) -> None:
    """The two ways to deal agree, also if everyone is equally fast."""
    team = [Member(id=AgentId(f"agent-{number}"), speed=2.0) for number in range(size)]
    agents = [member.id for member in team]

    assert deal(scheduler, graph, {}, team) == DEALERS[scheduler](graph, agents)


def test_a_fast_member_gets_more() -> None:
    """Three times as fast, three of four tasks."""
    team = [Member(id=AgentId("slow")), Member(id=AgentId("fast"), speed=3.0)]

    for scheduler in (Scheduler.CRITICAL_PATH, Scheduler.LPT, Scheduler.HEFT):
        dealt = deal(scheduler, tasks_named("a", "b", "c", "d"), {}, team)
        assert [len(dealt[member.id]) for member in team] == [1, 3]


@pytest.mark.parametrize("scheduler", Scheduler)
def test_a_task_is_dealt_to_a_member_with_its_skill(scheduler: Scheduler) -> None:
    """Chains included: the second task of the chain asks for another skill than the first."""
    graph = TaskGraph.build({TaskId("a"): [], TaskId("b"): [TaskId("a")], TaskId("c"): []})
    skills = {"a": "svg", "b": "math", "c": "svg"}
    tasks = {TaskId(name): Task(id=TaskId(name), skill=skill) for name, skill in skills.items()}
    team = [
        Member(id=AgentId("counts"), skills=("math",)),
        Member(id=AgentId("draws"), skills=("svg",)),
    ]

    dealt = deal(scheduler, graph, tasks, team)

    assert {member: sorted(mine) for member, mine in dealt.items()} == {
        "counts": ["b"],
        "draws": ["a", "c"],
    }


def test_longest_first_deals_evenly_where_the_order_of_adding_would_not() -> None:
    """Three short tasks and a long one: the long one comes first, and two agents need 3, not 4."""
    graph = TaskGraph()
    for name, weight in (("x", 1.0), ("y", 1.0), ("z", 1.0), ("long", 3.0)):
        graph.add(TaskId(name), (), weight)

    dealt = deal(Scheduler.LPT, graph, {}, named("one", "two"))

    assert dealt == {"one": ["long"], "two": ["x", "y", "z"]}


def test_longest_first_may_be_a_third_longer_than_needed() -> None:
    """Graham's worst case for two (1969): 3 3 2 2 2 takes 7, and 6 would do; several passes find it."""
    graph = TaskGraph()
    for number, weight in enumerate((3.0, 3.0, 2.0, 2.0, 2.0)):
        graph.add(TaskId(str(number)), (), weight)
    team = named("one", "two")

    by_length = deal(Scheduler.LPT, graph, {}, team)
    searched = deal(Scheduler.CRITICAL_PATH, graph, {}, team, placings=PLACINGS)

    assert sorted(sum(map(graph.weight, mine)) for mine in by_length.values()) == [5, 7]
    assert sorted(sum(map(graph.weight, mine)) for mine in searched.values()) == [6, 6]


def test_the_published_rule_gives_the_chains_agent_its_share_too() -> None:
    """A chain of three and two free tasks: the agent of the chain has the second free task as well."""
    needs = {"a": [], "b": ["a"], "c": ["b"], "x": [], "y": []}
    graph = TaskGraph.build(
        {TaskId(task): [TaskId(each) for each in parents] for task, parents in needs.items()}
    )

    dealt = deal(Scheduler.CHAINS_ROUND_ROBIN, graph, {}, named("one", "two"))

    assert dealt == {"one": ["a", "b", "c", "y"], "two": ["x"]}


def test_equal_agents_are_dealt_to_as_recorded_runs_were() -> None:
    """Twelve tasks, of which several become ready at the same moment: this is who got which before."""
    needs = {3: (1,), 4: (2,), 6: (3,), 7: (4,), 8: (1, 6), 9: (2, 7), 11: (3, 8)}
    efforts = (1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0)
    graph = TaskGraph()
    for number, effort in enumerate(efforts):
        parents = [TaskId(str(parent)) for parent in needs.get(number, ())]
        graph.add(TaskId(str(number)), parents, effort)
    agents = [AgentId("one"), AgentId("two"), AgentId("three")]

    assert DEALERS[Scheduler.CRITICAL_PATH](graph, agents) == {
        "one": ["1", "3", "6", "11"],
        "two": ["2", "4", "7", "9"],
        "three": ["5", "0", "10", "8"],
    }
    assert DEALERS[Scheduler.CHAINS_ROUND_ROBIN](graph, agents) == {
        "one": ["0", "5"],
        "two": ["1", "3", "6", "8", "10", "11"],
        "three": ["2", "4", "7", "9"],
    }


def test_priorities_are_worked_out_once_for_a_graph_that_has_not_changed() -> None:
    """Asked twice, the same keys."""
    graph = tasks_named("a", "b")
    priorities = Priorities()

    assert priorities.keys(graph) is priorities.keys(graph)
