"""The closed forms, at values that can be worked out by hand, and greedy schedules inside their bounds."""

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from math import inf, nan
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brooks.analysis import laws
from brooks.core.graph import TaskGraph
from brooks.errors import UsageError
from brooks.ids import TaskId
from measure.schedulers import read_graph, read_rows

fractions = st.floats(0, 1)
sizes = st.floats(1, 1000)
efforts = st.sampled_from([0.0, 0.1, 0.3, 1.0, 2.0, 7.0])


@st.composite
def graphs(draw: st.DrawFn) -> TaskGraph:
    """Any graph of up to a dozen tasks with any efforts."""
    made = TaskGraph()
    for number in range(draw(st.integers(1, 12))):
        parents = draw(st.sets(st.integers(0, number - 1), max_size=3)) if number else set()
        needs = [TaskId(f"t{each}") for each in sorted(parents)]
        made.add(TaskId(f"t{number}"), needs, draw(efforts))
    return made


def greedy(graph: TaskGraph, agents: int, order: list[TaskId]) -> float:
    """The makespan if whoever is free takes the first ready task of an order, and nobody ever waits."""
    urgency = {task: number for number, task in enumerate(order)}
    unmet = {task: len(graph.parents(task)) for task in graph}
    ready = [urgency[task] for task in graph if not unmet[task]]
    heapify(ready)
    running: list[tuple[float, TaskId]] = []
    now = 0.0
    while ready or running:
        while ready and len(running) < agents:
            task = order[heappop(ready)]
            heappush(running, (now + graph.weight(task), task))
        now, finished = heappop(running)
        for child in graph.children(finished):
            unmet[child] -= 1
            if not unmet[child]:
                heappush(ready, urgency[child])
    return now


@pytest.mark.parametrize(
    ("p", "n", "speedup"),
    [(0.9, 5, 1 / 0.28), (0.5, 2, 4 / 3), (0.2, 1, 1.0), (0, 9, 1), (1, 9, 9)],
)
def test_amdahl_at_values_of_the_published_experiment(p: float, n: float, speedup: float) -> None:
    assert laws.amdahl(p, n) == pytest.approx(speedup, rel=1e-12)


def test_amdahls_limit_is_what_no_number_of_agents_exceeds() -> None:
    assert laws.amdahl_limit(0.9) == pytest.approx(10)
    assert laws.amdahl_limit(1) == inf
    assert laws.amdahl(0.9, 1e12) == pytest.approx(10)


@given(p=fractions, n=sizes)
def test_scaled_work_gains_at_least_as_much_as_fixed_work(p: float, n: float) -> None:
    """Gustafson's line is above Amdahl's curve, both between 1 and n, equal where p is 0 or 1."""
    fixed, scaled = laws.amdahl(p, n), laws.gustafson(p, n)

    assert 1 - 1e-9 <= fixed <= scaled + 1e-9 <= n + 2e-9
    assert laws.gustafson(0, n) == pytest.approx(laws.amdahl(0, n))
    assert laws.gustafson(1, n) == pytest.approx(laws.amdahl(1, n))


@given(p=fractions, n=sizes)
def test_one_run_has_both_fractions(p: float, n: float) -> None:
    """Gustafson's p is of the team's time: p / n over (1 - p) + p / n in Amdahl's terms."""
    share = (p / n) / ((1 - p) + p / n)

    assert laws.gustafson(share, n) == pytest.approx(laws.amdahl(p, n))


@given(p=fractions, n=sizes)
def test_without_coherency_the_universal_law_is_amdahls(p: float, n: float) -> None:
    assert laws.usl_speedup(n, a=1 - p, b=0) == pytest.approx(laws.amdahl(p, n))


def test_the_universal_law_with_the_published_parameters() -> None:
    """One agent does g; the peak of the published fit is at 96.52."""
    published = {"a": 0.02772985, "b": 1.043663e-4}

    assert laws.usl(1, **published, g=90.0) == 90.0
    assert laws.usl(3, a=0.1, b=0.05, g=10) == pytest.approx(30 / 1.5)
    assert laws.usl_peak(**published) == pytest.approx(96.52, abs=0.005)


@given(a=st.floats(0, 0.9), b=st.floats(1e-5, 0.05))
def test_the_universal_laws_peak_is_its_highest_point(a: float, b: float) -> None:
    peak = laws.usl_peak(a=a, b=b)
    top = laws.usl(peak, a=a, b=b)

    assert top >= laws.usl(peak * 1.1, a=a, b=b)
    assert top >= laws.usl(max(1.0, peak / 1.1), a=a, b=b)


@pytest.mark.parametrize(
    ("a", "b", "peak"), [(0.5, 0, inf), (0, 0, inf), (1, 0, 1), (1.4, 0.1, 1), (0.99, 0.5, 1)]
)
def test_the_peak_where_there_is_no_top(a: float, b: float, peak: float) -> None:
    assert laws.usl_peak(a=a, b=b) == peak


@given(p=fractions, n=st.floats(1.5, 1000))
def test_karp_and_flatt_find_the_serial_fraction_of_amdahls_law(p: float, n: float) -> None:
    assert laws.karp_flatt(laws.amdahl(p, n), n) == pytest.approx(1 - p, abs=1e-9)


@pytest.mark.parametrize(("tasks", "span", "p"), [(20, 2, 0.9), (20, 10, 0.5), (20, 16, 0.2)])
def test_the_parallel_fraction_of_the_published_structures(tasks: int, span: int, p: float) -> None:
    assert laws.parallel_fraction(tasks, span) == pytest.approx(p)
    assert laws.parallel_fraction(0, 0) == 0


@given(graph=graphs())
def test_the_parallel_fraction_is_the_graphs_own(graph: TaskGraph) -> None:
    """By tasks as the graph says it, and weighted by effort from its work and span."""
    by_tasks = laws.parallel_fraction(len(graph), len(graph.levels()))

    assert by_tasks == pytest.approx(graph.parallel_fraction())
    assert 0 <= laws.parallel_fraction(graph.work(), graph.span()) <= 1


@given(graph=graphs(), agents=st.integers(1, 5), seed=st.integers(0, 2**32))
def test_any_greedy_schedule_is_within_brents_bounds(
    graph: TaskGraph, agents: int, seed: int
) -> None:
    """Whatever is taken first, as long as nobody is idle while a task is ready."""
    order = sorted(graph)
    Random(seed).shuffle(order)

    makespan = greedy(graph, agents, order)

    assert laws.bounds(graph.work(), graph.span(), agents).holds(makespan)
    assert laws.bounds(graph.work(), graph.span(), agents).upper_seconds == pytest.approx(
        graph.work() / agents + graph.span() * (1 - 1 / agents)
    )


def test_no_list_schedule_of_the_standard_graphs_exceeds_grahams_factor(test_data: Path) -> None:
    """Every fifth graph with a proved optimum, its tasks in the order of the file: no cleverness."""
    rows = read_rows(test_data / "stg" / "optimal")[::5]
    folder = test_data / "stg" / "graphs"

    for row in rows:
        graph = read_graph((folder / row.graph).read_text(encoding="utf-8"))
        makespan = greedy(graph, row.processors, list(graph))
        assert row.optimum <= makespan <= laws.graham_ratio(row.processors) * row.optimum
        assert laws.bounds(graph.work(), graph.span(), row.processors).holds(makespan)


def test_brents_bounds_by_hand() -> None:
    """Work 20, span 10, on four: at least 10, the span; at most 5 + 7.5."""
    assert laws.brent(20, 10, 4) == (10, 12.5)
    assert laws.brent(20, 2, 4) == (5, 6.5)
    assert laws.brent(20, 10, 1) == (20, 20)
    assert laws.graham_ratio(1) == 1
    assert laws.graham_ratio(4) == 1.75


@pytest.mark.parametrize(
    ("makespan", "verdict"),
    [
        (11.0, "11 s is within Brent's bounds: 4 agents with 20 s of work"),
        (9.0, "9 s is below Brent's lower bound, so the work or span is not that of this run"),
        (14.0, "14 s is 1.5 s above Brent's upper bound, time in which agents waited or repeated"),
    ],
)
def test_a_makespan_is_placed_in_a_sentence(makespan: float, verdict: str) -> None:
    bounds = laws.bounds(20, 10, 4)

    sentence = bounds.sentence(makespan)

    assert sentence.startswith(verdict)
    assert "at least 10 s, and at most 12.5 s if nobody is idle" in sentence
    assert bounds.holds(makespan) == (makespan == 11.0)


NONSENSE: tuple[Callable[[], object], ...] = (
    lambda: laws.amdahl(1.1, 2),
    lambda: laws.amdahl(nan, 2),
    lambda: laws.amdahl_limit(-0.1),
    lambda: laws.gustafson(0.5, 0),
    lambda: laws.usl(2, a=-0.1, b=0),
    lambda: laws.usl(2, a=0.1, b=nan),
    lambda: laws.usl(2, a=0.1, b=0, g=0),
    lambda: laws.usl_peak(a=0.1, b=-1),
    lambda: laws.karp_flatt(0, 2),
    lambda: laws.karp_flatt(1, 1),
    lambda: laws.parallel_fraction(10, 11),
    lambda: laws.parallel_fraction(10, -1),
    lambda: laws.parallel_fraction(nan, 0),
    lambda: laws.brent(10, 11, 2),
    lambda: laws.brent(inf, 1, 2),
    lambda: laws.graham_ratio(0),
    lambda: laws.bounds(10, 5, 0),
)


@pytest.mark.parametrize("ask", NONSENSE, ids=range(len(NONSENSE)))
def test_what_makes_no_sense_is_the_users_error(ask: Callable[[], object]) -> None:
    with pytest.raises(UsageError, match=r"[0-9]|nan"):
        ask()
