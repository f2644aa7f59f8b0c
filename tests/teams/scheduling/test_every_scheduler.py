"""What every scheduler promises, whatever the graph and the members: a schedule that can be carried out."""

from collections.abc import Callable, Mapping
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brooks.core.graph import TaskGraph
from brooks.core.spec import Scheduler
from brooks.ids import AgentId, TaskId
from brooks.teams.scheduling import (
    SCHEDULERS,
    Costs,
    Schedule,
    cpop,
    critical_path,
    equal_costs,
    flaws_of,
    greedy_bound,
    heft,
    list_schedule,
    lower_bound,
    lpt,
    several_passes,
)
from brooks.teams.scheduling.priorities import Keys

Function = Callable[[TaskGraph, Costs], Schedule]


def in_few_passes(graph: TaskGraph, costs: Costs) -> Schedule:
    """The search, cut short."""
    return several_passes(graph, costs, placings=100)


EVERY: Mapping[str, Function] = {
    **{scheduler.value: function for scheduler, function in SCHEDULERS.items()},
    "several passes": in_few_passes,
}
every_scheduler = pytest.mark.parametrize("schedule", EVERY.values(), ids=EVERY)
efforts = st.sampled_from([0.0, 0.1, 0.3, 1.0, 2.0, 7.0])


def members(count: int) -> tuple[AgentId, ...]:
    """Names of a team."""
    return tuple(AgentId(f"agent-{number}") for number in range(1, count + 1))


@st.composite
def graphs(draw: st.DrawFn) -> TaskGraph:
    """Any graph of up to ten tasks, with any efforts, none included."""
    made = TaskGraph()
    for number in range(draw(st.integers(1, 10))):
        parents = draw(st.sets(st.integers(0, number - 1), max_size=3)) if number else set()
        needs = [TaskId(f"t{each}") for each in sorted(parents)]
        made.add(TaskId(f"t{number}"), needs, draw(efforts))
    return made


@st.composite
def problems(draw: st.DrawFn) -> tuple[TaskGraph, Costs]:
    """Any graph, with members that differ in every way."""
    graph = draw(graphs())
    count = draw(st.integers(1, 4))
    works = {}
    for task in graph:
        others = st.lists(st.one_of(efforts, st.just(inf)), min_size=count - 1, max_size=count - 1)
        works[task] = tuple(draw(st.permutations([draw(efforts), *draw(others)])))
    edges = [(parent, task) for task in graph for parent in graph.parents(task)]
    ways = {edge: draw(efforts) for edge in edges}
    prices = tuple(draw(st.lists(st.sampled_from([1.0, 5.0]), min_size=count, max_size=count)))
    costs = Costs(members=members(count), works=works, communications=ways, prices=prices)
    return graph, costs


@every_scheduler
@given(problem=problems())
def test_a_schedule_can_be_carried_out(
    schedule: Function, problem: tuple[TaskGraph, Costs]
) -> None:
    """Every task once, after what it needs and the way from there, and one at a time on each member."""
    graph, costs = problem

    made = schedule(graph, costs)

    assert flaws_of(made, graph, costs) == []
    assert tuple(line.member for line in made.lines) == costs.members
    assert made.makespan < inf


@every_scheduler
@given(graph=graphs(), size=st.integers(1, 5))
def test_no_schedule_beats_work_and_span(schedule: Function, graph: TaskGraph, size: int) -> None:
    """Equal members need at least W / n and the heaviest path, and what is called a lower bound is one."""
    costs = equal_costs(graph, members(size))

    made = schedule(graph, costs)

    assert flaws_of(made, graph, costs) == []
    assert made.makespan * (1 + 1e-9) >= max(graph.work() / size, graph.span())
    assert made.makespan * (1 + 1e-9) >= lower_bound(graph, size)
    assert lower_bound(graph, size) * (1 + 1e-9) >= max(graph.work() / size, graph.span())


@pytest.mark.parametrize("schedule", [critical_path, lpt, in_few_passes])
@given(graph=graphs(), size=st.integers(1, 5))
def test_a_list_schedule_is_within_grahams_and_brents_bound(
    schedule: Function, graph: TaskGraph, size: int
) -> None:
    """At most W / n + span (1 - 1 / n), and so less than W / n + span and twice the optimum."""
    made = schedule(graph, equal_costs(graph, members(size)))

    assert made.makespan <= greedy_bound(graph, size) + 1e-9
    assert made.makespan <= graph.work() / size + graph.span() + 1e-9
    assert made.makespan <= (2 - 1 / size) * lower_bound(graph, size) + 1e-9


@given(graph=graphs(), size=st.integers(1, 5))
def test_unit_tasks_are_within_brents_bound_by_levels(graph: TaskGraph, size: int) -> None:
    """N unit tasks on a longest chain of C take at most (N - C) / n + C rounds (Brent 1974)."""
    unit = TaskGraph.build({task: graph.parents(task) for task in graph})

    made = critical_path(unit, equal_costs(unit, members(size)))

    assert made.makespan <= (len(unit) - unit.span()) / size + unit.span()


@every_scheduler
@given(problem=problems())
def test_the_same_problem_has_the_same_schedule(
    schedule: Function, problem: tuple[TaskGraph, Costs]
) -> None:
    """Nothing but graph and costs decides."""
    assert schedule(*problem) == schedule(*problem)


@every_scheduler
def test_nothing_to_do_takes_no_time(schedule: Function) -> None:
    """An empty graph: everyone is there and has nothing."""
    graph = TaskGraph()

    made = schedule(graph, equal_costs(graph, members(2)))

    assert made.makespan == 0
    assert made.dealing == {"agent-1": [], "agent-2": []}


def test_every_scheduler_has_a_function() -> None:
    """The team file's names are all there."""
    assert list(SCHEDULERS) == list(Scheduler)
    assert SCHEDULERS[Scheduler.HEFT] is heft
    assert SCHEDULERS[Scheduler.CPOP] is cpop


TIMES = (3, 2, 2, 2, 4, 4, 4, 4, 9)
NEEDS = {5: (4,), 6: (4,), 7: (4,), 8: (4,), 9: (1,)}


def graham(*, shorter: float = 0.0, needs: Mapping[int, tuple[int, ...]] = NEEDS) -> TaskGraph:
    """The nine tasks of Graham's example (1969).

    Where they are shorter, the first is so by half of it only, lest it end together with the fourth: who
    is looked at first of two that end together is not what is shown here.
    """
    graph = TaskGraph()
    for number, time in enumerate(TIMES, start=1):
        parents = [TaskId(str(each)) for each in needs.get(number, ())]
        less = shorter / 2 if number == 1 else shorter
        graph.add(TaskId(str(number)), parents, time - less)
    return graph


def in_list_order(graph: TaskGraph, size: int) -> Schedule:
    """The list schedule in the order in which the tasks are numbered."""
    keys: Keys = {task: (0.0, number) for number, task in enumerate(graph)}
    return list_schedule(graph, equal_costs(graph, members(size)), keys)


def test_more_workers_shorter_tasks_or_fewer_dependencies_can_lengthen_a_list_schedule() -> None:
    """Graham's anomaly (1969): three processors take 12, and every relief makes it worse."""
    relaxed = {number: parents for number, parents in NEEDS.items() if number not in {5, 6}}

    assert in_list_order(graham(), 3).makespan == 12
    assert in_list_order(graham(), 4).makespan == 15
    assert in_list_order(graham(shorter=1.0), 3).makespan == 13
    assert in_list_order(graham(needs=relaxed), 3).makespan == 16


def test_the_schedule_in_several_passes_escapes_the_anomaly() -> None:
    """The same reliefs, and a schedule that does not just follow a list."""
    costs = [equal_costs(graham(), members(size)) for size in (3, 4)]

    assert [several_passes(graham(), each).makespan for each in costs] == [12, 12]
