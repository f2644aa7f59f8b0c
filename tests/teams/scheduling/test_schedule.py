"""A schedule as a value, and what can be wrong with one."""

from brooks.core.graph import TaskGraph
from brooks.ids import AgentId, TaskId
from brooks.teams.scheduling import Costs, Line, Placed, Schedule, equal_costs, flaws_of

ONE, TWO = AgentId("one"), AgentId("two")
A, B = TaskId("a"), TaskId("b")
CHAIN = TaskGraph.build({A: [], B: [A]})
COSTS = equal_costs(CHAIN, [ONE, TWO])


def placed(task: TaskId, start: float, finish: float) -> Placed:
    """A task in its place."""
    return Placed(task=task, start=start, finish=finish)


def schedule(one: tuple[Placed, ...] = (), two: tuple[Placed, ...] = ()) -> Schedule:
    """A schedule for two."""
    return Schedule(lines=(Line(member=ONE, tasks=one), Line(member=TWO, tasks=two)))


def test_a_schedule_knows_its_makespan_and_who_does_what() -> None:
    """The later of two members decides."""
    made = schedule(one=(placed(A, 0, 1),), two=(placed(B, 1, 2),))

    assert made.makespan == 2
    assert made.dealing == {"one": ["a"], "two": ["b"]}
    assert flaws_of(made, CHAIN, COSTS) == []


def test_a_task_that_is_missing_doubled_or_made_up_is_a_flaw() -> None:
    """Every task of the graph, once, and no other."""
    missing = schedule(one=(placed(A, 0, 1),))
    doubled = schedule(one=(placed(A, 0, 1), placed(B, 1, 2)), two=(placed(B, 1, 2),))
    made_up = schedule(one=(placed(A, 0, 1), placed(TaskId("c"), 1, 2)))

    assert flaws_of(missing, CHAIN, COSTS) == ["1 tasks are placed, 1 different ones, of 2"]
    assert flaws_of(doubled, CHAIN, COSTS) == ["3 tasks are placed, 2 different ones, of 2"]
    assert flaws_of(made_up, CHAIN, COSTS) != []


def test_two_tasks_at_once_are_a_flaw() -> None:
    """One member, two tasks that do not wait for one another."""
    free = TaskGraph.build({A: [], B: []})

    made = schedule(one=(placed(A, 0, 1), placed(B, 0.5, 1.5)))

    assert flaws_of(made, free, COSTS) == ["'one' is busy until 1, when 'b' begins"]


def test_a_task_that_takes_another_time_is_a_flaw() -> None:
    """It is said to take half of its work."""
    made = schedule(one=(placed(A, 0, 0.5),), two=(placed(B, 1, 2),))

    assert len(flaws_of(made, CHAIN, COSTS)) == 1
    assert "'a' takes 'one' 1.0" in flaws_of(made, CHAIN, COSTS)[0]


def test_beginning_before_a_result_has_arrived_is_a_flaw() -> None:
    """On another member it needs the way too; on the same one it does not."""
    costs = Costs(members=(ONE, TWO), works=COSTS.works, communications={(A, B): 5.0})
    apart = schedule(one=(placed(A, 0, 1),), two=(placed(B, 1, 2),))
    together = schedule(one=(placed(A, 0, 1), placed(B, 1, 2)))

    assert flaws_of(apart, CHAIN, costs) == ["'b' begins before 'a' has arrived, at 6.0"]
    assert flaws_of(together, CHAIN, costs) == []
