"""Where the nodes of a task graph are drawn."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from brooks.core.graph import TaskGraph
from brooks.ids import TaskId
from brooks.report.plots.layout import layout


def graph(**needs: str) -> TaskGraph:
    return TaskGraph.build(
        {TaskId(task): [TaskId(each) for each in on] for task, on in needs.items()}
    )


@st.composite
def graphs(draw: st.DrawFn) -> TaskGraph:
    size = draw(st.integers(1, 14))
    names = [TaskId(f"t{number}") for number in range(size)]
    needs = {
        name: draw(st.lists(st.sampled_from(names[:place]), max_size=3, unique=True))
        if place
        else []
        for place, name in enumerate(names)
    }
    return TaskGraph.build(needs)


@given(graphs())
def test_every_task_has_a_place_of_its_own_after_what_it_depends_on(made: TaskGraph) -> None:
    drawn = layout(made)

    assert set(drawn.places) == set(made)
    assert len(set(drawn.places.values())) == len(made)
    for (parent, task), points in drawn.edges.items():
        assert points[0] == drawn.places[parent]
        assert points[-1] == drawn.places[task]
        assert [rank for rank, _ in points] == sorted(rank for rank, _ in points)
        assert drawn.places[parent][0] < drawn.places[task][0]


@given(graphs())
def test_everything_is_within_the_bounds_and_neighbours_do_not_touch(made: TaskGraph) -> None:
    drawn = layout(made)
    columns: dict[float, list[float]] = {}
    for rank, place in drawn.places.values():
        assert -1e-9 <= rank <= drawn.columns - 1
        assert drawn.top - 1e-9 <= place <= drawn.bottom + 1e-9
        columns.setdefault(rank, []).append(place)

    for places in columns.values():
        places.sort()
        gaps = [later - before for before, later in pairwise(places)]
        assert all(gap > 0.999 for gap in gaps)


def test_a_chain_is_straight() -> None:
    drawn = layout(graph(a="", b="a", c="b", d="c"))

    assert [drawn.places[TaskId(task)] for task in "abcd"] == [(0, 0), (1, 0), (2, 0), (3, 0)]


def test_a_crossing_that_need_not_be_is_not_there() -> None:
    drawn = layout(graph(a="", b="", c="b", d="a"))

    above = drawn.places[TaskId("a")][1] < drawn.places[TaskId("b")][1]
    assert above == (drawn.places[TaskId("d")][1] < drawn.places[TaskId("c")][1])


def test_tasks_without_dependencies_stand_in_rows_below() -> None:
    drawn = layout(graph(a="", b="a", c="", d="", e="", f="", g="", h=""))

    below = [drawn.places[TaskId(task)] for task in "cdefgh"]
    assert below == [(0, 1), (1, 1), (2, 1), (0, 2), (1, 2), (2, 2)]
    assert drawn.bottom == 2


def test_the_empty_graph_has_an_empty_layout() -> None:
    assert layout(TaskGraph()).places == {}
