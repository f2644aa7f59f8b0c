"""In which order tasks are taken, and how they are dealt beforehand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brooks.core.graph import TaskGraph
from brooks.core.spec import Scheduler
from brooks.ids import AgentId, TaskId
from brooks.teams.scheduling import DEALERS, Dealing, Priorities, deal_by_critical_path


def agents(count: int) -> list[AgentId]:
    """Names of a team."""
    return [AgentId(f"agent-{number}") for number in range(1, count + 1)]


def graph(weights: dict[str, float] | None = None, **needs: str) -> TaskGraph:
    """A graph of tasks with one-letter names; each names the letters it depends on."""
    names = {TaskId(name): [TaskId(each) for each in parents] for name, parents in needs.items()}
    return TaskGraph.build(names, {name: (weights or {}).get(name, 1.0) for name in names})


@st.composite
def graphs(draw: st.DrawFn) -> TaskGraph:
    """Any graph of up to nine tasks, with any efforts."""
    count = draw(st.integers(1, 9))
    made = TaskGraph()
    for number in range(count):
        parents = draw(st.sets(st.integers(0, number - 1), max_size=3)) if number else set()
        weight = draw(st.sampled_from([0.5, 1.0, 2.0, 7.0]))
        made.add(TaskId(f"t{number}"), [TaskId(f"t{each}") for each in sorted(parents)], weight)
    return made


def span_of(tasks: TaskGraph, dealt: Dealing) -> float:
    """When the last task is done if each agent takes its tasks in their order."""
    done: dict[TaskId, float] = {}
    at = dict.fromkeys(dealt, 0)
    free = dict.fromkeys(dealt, 0.0)
    while len(done) < len(tasks):
        moved = False
        for name, mine in dealt.items():
            while at[name] < len(mine) and all(p in done for p in tasks.parents(mine[at[name]])):
                task = mine[at[name]]
                ready = max((done[parent] for parent in tasks.parents(task)), default=0.0)
                free[name] = done[task] = max(free[name], ready) + tasks.weight(task)
                at[name] += 1
                moved = True
        assert moved, "agents wait for one another for ever"
    return max(done.values())


def test_the_heaviest_path_still_to_come_goes_first() -> None:
    """A long chain, a heavy task and a light one; ties go by the order of adding."""
    tasks = graph({"h": 5.0}, light="", a="", h="", b="a", c="b", other="")

    keys = Priorities().keys(tasks)

    assert sorted(tasks, key=keys.__getitem__) == ["h", "a", "b", "light", "c", "other"]


def test_the_order_is_looked_at_again_when_the_graph_has_grown() -> None:
    """A task gets a long tail while the run goes on."""
    tasks = graph(a="", b="")
    priorities = Priorities()
    before = sorted(tasks, key=priorities.keys(tasks).__getitem__)

    tasks.add(TaskId("tail"), [TaskId("b")])

    assert before == ["a", "b"]
    assert sorted(tasks, key=priorities.keys(tasks).__getitem__) == ["b", "a", "tail"]


def test_a_dependency_added_later_counts() -> None:
    """Two tasks that were free become a chain."""
    tasks = graph(a="", b="")
    priorities = Priorities()
    priorities.keys(tasks)

    tasks.depend(TaskId("a"), TaskId("b"))

    assert sorted(tasks, key=priorities.keys(tasks).__getitem__) == ["b", "a"]


def test_free_tasks_are_dealt_evenly_by_effort() -> None:
    """One task is as heavy as all others together."""
    tasks = graph({"big": 4.0}, big="", a="", b="", c="", d="")

    dealt = deal_by_critical_path(tasks, agents(2))

    assert dealt == {"agent-1": ["big"], "agent-2": ["a", "b", "c", "d"]}


@pytest.mark.parametrize(
    ("length", "size", "best"), [(2, 5, 4), (10, 2, 10), (16, 2, 16), (16, 5, 16)]
)
def test_the_chains_agent_gets_no_share_of_the_free_tasks_it_cannot_afford(
    length: int, size: int, best: int
) -> None:
    """Twenty tasks, a chain among them: dealt so, the team needs no longer than it must."""
    names = [f"c{n}" for n in range(length)] + [f"f{n}" for n in range(20 - length)]
    needs = {
        TaskId(name): [TaskId(f"c{n - 1}")] if name.startswith("c") and n else []
        for n, name in enumerate(names)
    }
    tasks = TaskGraph.build(needs)

    assert span_of(tasks, deal_by_critical_path(tasks, agents(size))) == best


@pytest.mark.parametrize("scheduler", Scheduler)
@given(tasks=graphs(), size=st.integers(1, 5))
def test_every_task_is_dealt_once_and_in_an_order_that_can_be_kept(
    scheduler: Scheduler, tasks: TaskGraph, size: int
) -> None:
    """Whatever the graph: each agent can take its tasks in their order, and nobody waits for ever."""
    dealt = DEALERS[scheduler](tasks, agents(size))

    assert list(dealt) == agents(size)
    assert sorted(task for mine in dealt.values() for task in mine) == sorted(tasks)
    span_of(tasks, dealt)


@given(tasks=graphs(), size=st.integers(1, 5))
def test_the_deal_is_within_grahams_bound(tasks: TaskGraph, size: int) -> None:
    """No list schedule takes longer than work / n + span (Graham 1969)."""
    dealt = deal_by_critical_path(tasks, agents(size))

    work = sum(tasks.weight(task) for task in tasks)
    span = max(tasks.upward_ranks().values())
    assert span_of(tasks, dealt) <= work / size + span + 1e-9


@pytest.mark.parametrize("scheduler", Scheduler)
@given(tasks=graphs(), size=st.integers(1, 5))
def test_the_same_graph_is_dealt_alike_every_time(
    scheduler: Scheduler, tasks: TaskGraph, size: int
) -> None:
    """Nothing but the graph and the names decides."""
    dealer = DEALERS[scheduler]

    assert dealer(tasks, agents(size)) == dealer(tasks, agents(size))
