"""The task graph against brute force, closed forms, and sizes that recursion would not survive."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brooks.core import graph as graph_module
from brooks.core.graph import CycleError, TaskGraph, insertion_order
from brooks.ids import TaskId

Dependencies = dict[TaskId, list[TaskId]]


def name(number: int) -> TaskId:
    return TaskId(f"t{number}")


def chain(length: int) -> Dependencies:
    return {name(i): [name(i - 1)] if i else [] for i in range(length)}


def layers(count: int, width: int) -> Dependencies:
    """Layers of `width` tasks, each of which needs the whole layer before it."""
    above = {row: [name(row * width + i) for i in range(width)] for row in range(count)}
    return {task: above.get(row - 1, []) for row in range(count) for task in above[row]}


@st.composite
def graphs(draw: st.DrawFn, most: int = 8) -> Dependencies:
    """Small acyclic graphs: a task may need only earlier ones."""
    size = draw(st.integers(min_value=0, max_value=most))
    return {name(i): [name(j) for j in range(i) if draw(st.booleans())] for i in range(size)}


def paths(graph: TaskGraph) -> list[list[TaskId]]:
    """Every path of the graph, the long way round."""
    found = [[task] for task in graph]
    for path in found:
        found += [[*path, child] for child in graph.children(path[-1])]
    return found


@given(graphs())
def test_levels_are_by_the_longest_chain_before(dependencies: Dependencies) -> None:
    """Brute force over every path that ends in a task."""
    graph = TaskGraph.build(dependencies)
    longest = dict.fromkeys(graph, 0)
    for path in paths(graph):
        longest[path[-1]] = max(longest[path[-1]], len(path) - 1)

    levels = graph.levels()

    assert {task: depth for depth, level in enumerate(levels) for task in level} == longest


@given(graphs())
def test_width_is_the_largest_set_of_independent_tasks(dependencies: Dependencies) -> None:
    """Brute force over every set of tasks (Dilworth says that the two agree)."""
    graph = TaskGraph.build(dependencies)
    related = {(path[0], path[-1]) for path in paths(graph) if len(path) > 1}
    antichains = [
        chosen
        for size in range(len(graph) + 1)
        for chosen in combinations(graph, size)
        if not related.intersection(combinations(chosen, 2))
    ]

    width = graph.width()

    assert width.value == max(map(len, antichains))
    assert width.exact


@given(graphs(), st.data())
def test_ranks_span_and_critical_path_are_those_of_the_heaviest_path(
    dependencies: Dependencies, data: st.DataObject
) -> None:
    """Brute force over every path, with weights that add up exactly."""
    weights = {task: float(data.draw(st.integers(0, 9))) for task in dependencies}
    graph = TaskGraph.build(dependencies, weights)
    weighed = [(sum(weights[task] for task in path), path) for path in paths(graph)]
    heaviest = {task: max(weight for weight, path in weighed if path[0] == task) for task in graph}

    critical = graph.critical_path()

    assert graph.upward_ranks() == heaviest
    assert graph.span() == max((weight for weight, _ in weighed), default=0.0)
    assert sum(weights[task] for task in critical) == graph.span()
    assert all(second in graph.children(first) for first, second in pairwise(critical))
    assert graph.work() == sum(weights.values())


@given(graphs())
def test_order_keeps_every_dependency_before_its_task(dependencies: Dependencies) -> None:
    """Whatever the order of the mapping, here the reverse of the order of adding."""
    backwards = dict(reversed(dependencies.items()))

    order = insertion_order(backwards)

    assert sorted(order) == sorted(dependencies)
    assert all(
        order.index(needed) < order.index(task)
        for task, needs in dependencies.items()
        for needed in needs
    )


@given(graphs(), st.data())
def test_dependency_is_refused_exactly_when_it_closes_a_cycle(
    dependencies: Dependencies, data: st.DataObject
) -> None:
    """Two tasks of a random graph, perhaps the same one; the error walks the cycle."""
    graph = TaskGraph.build({name(99): [], **dependencies})
    task, on = (data.draw(st.sampled_from(list(graph))) for _ in range(2))
    closes = task == on or on in graph.descendants(task)

    if not closes:
        graph.depend(task, on)
        assert on in graph.parents(task)
        return

    revision = graph.revision
    with pytest.raises(CycleError) as caught:
        graph.depend(task, on)

    cycle = caught.value.path
    assert cycle[0] == cycle[-1] == task
    assert cycle[-2] == on
    assert all(second in graph.children(first) for first, second in pairwise(cycle[:-1]))
    assert graph.revision == revision


def test_cycle_in_a_whole_mapping_is_spelled_out() -> None:
    """Three tasks in a ring, with a tail that leads into it; each of the path waits for the one before."""
    ring = {name(0): [name(2)], name(1): [name(0)], name(2): [name(1)], name(3): [name(0)]}

    with pytest.raises(CycleError) as caught:
        TaskGraph.build(ring)

    cycle = caught.value.path
    assert cycle[0] == cycle[-1]
    assert len(cycle) == 4
    assert all(first in ring[second] for first, second in pairwise(cycle))
    assert str(caught.value) == " -> ".join(cycle)


def test_unknown_dependency_leaves_the_graph_as_it_was() -> None:
    """The second of two dependencies is not there."""
    graph = TaskGraph.build(chain(1))

    with pytest.raises(KeyError):
        graph.add(name(1), [name(0), name(7)])

    assert list(graph) == [name(0)]
    assert graph.children(name(0)) == []


def test_same_dependency_twice_counts_once() -> None:
    """Named twice when the task is added, and once more later."""
    graph = TaskGraph.build({name(0): [], name(1): [name(0), name(0)]})

    graph.depend(name(1), name(0))

    assert graph.parents(name(1)) == [name(0)]
    assert graph.children(name(0)) == [name(1)]


@pytest.mark.parametrize(
    ("dependencies", "span", "width", "fraction"),
    [
        pytest.param({}, 0, 0, 0.0, id="nothing"),
        pytest.param(chain(7), 7, 1, 0.0, id="chain"),
        pytest.param({name(i): [] for i in range(6)}, 1, 6, 5 / 6, id="independent"),
        pytest.param(layers(3, 4), 3, 4, 9 / 12, id="layers"),
        pytest.param({**chain(4), name(9): []}, 4, 2, 1 / 5, id="chain and one beside it"),
    ],
)
def test_closed_forms(dependencies: Dependencies, span: float, width: int, fraction: float) -> None:
    """Graphs whose numbers can be worked out in the head."""
    graph = TaskGraph.build(dependencies)

    assert graph.work() == len(dependencies)
    assert graph.span() == span
    assert graph.width().value == width
    assert graph.parallel_fraction() == pytest.approx(fraction)


def test_width_of_a_large_graph_says_that_it_is_a_lower_bound() -> None:
    """One task more than the exact method is used for: two chains that start together."""
    half = graph_module.EXACT_WIDTH_LIMIT // 2 + 1
    beside = {TaskId(f"b{i}"): [TaskId(f"b{i - 1}")] if i else [] for i in range(half)}

    width = TaskGraph.build({**chain(half), **beside}).width()

    assert (width.value, width.exact) == (2, False)


def test_path_and_descendants_go_along_dependants() -> None:
    """A diamond: the nearest come first, and the short way is found."""
    diamond = {
        name(0): [],
        name(1): [name(0)],
        name(2): [name(0)],
        name(3): [name(1), name(2)],
    }
    graph = TaskGraph.build(diamond)

    assert graph.path(name(0), name(3)) == [name(0), name(1), name(3)]
    assert graph.path(name(1), name(2)) is None
    assert graph.descendants(name(0)) == [name(1), name(2), name(3)]


@pytest.mark.slow
def test_chain_of_100_000_tasks_needs_no_recursion() -> None:
    """Given last task first, so that everything waits for what comes later in the mapping."""
    length = 100_000
    backwards = dict(reversed(chain(length).items()))

    graph = TaskGraph.build(backwards)

    assert len(graph.levels()) == length
    assert graph.span() == length
    assert graph.critical_path()[-1] == name(length - 1)
    assert len(graph.descendants(name(0))) == length - 1
    assert graph.path(name(0), name(length - 1)) is not None
    with pytest.raises(CycleError):
        graph.depend(name(0), name(length - 1))
