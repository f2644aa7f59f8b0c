"""How many tasks were done and verified over time, and how soon they could have been."""

from collections.abc import Callable

from brooks.analysis.ideal import earliest, ideal
from brooks.analysis.progress import Progress, progress
from brooks.analysis.tabling import About, rows_of
from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.graph import TaskGraph
from brooks.core.spec import Member, Spec, Task, Team
from brooks.ids import AgentId, TaskId

History = list[tuple[float, Event]]
Recorded = Callable[[History], list[Record]]

A, B, C, D = (TaskId(name) for name in "abcd")
SPEC = Spec(
    project="by hand",
    tasks=(Task(id=A, check="pytest"), Task(id=B), Task(id=C, check="pytest", depends_on=(A, B))),
    team=Team(preset="leased", members=(Member(id=AgentId("agent-1")),)),
    model="sim:typical",
)


def test_progress_of_a_run_worked_out_by_hand(story: History, recorded: Recorded) -> None:
    """Task b has no check, so it is done and never verified."""
    assert progress(recorded(story)) == (
        Progress(0.0, total=3, done=0, checked=0, verified=0, looked=False),
        Progress(10.0, total=3, done=1, checked=1, verified=1, looked=False),
        Progress(40.0, total=3, done=2, checked=1, verified=0, looked=False),
        Progress(50.0, total=3, done=3, checked=2, verified=1, looked=True),
        Progress(52.0, total=3, done=3, checked=2, verified=2, looked=True),
    )


def test_a_found_task_and_a_reopened_one_move_the_counts(
    story: History, recorded: Recorded
) -> None:
    found: History = [
        (53.0, events.TaskAdded(task=Task(id=D), agent=AgentId("agent-1"))),
        (54.0, events.TaskReopened(task=C)),
    ]

    last = progress(recorded([*story, *found]))[-2:]

    assert [(each.total, each.done, each.verified) for each in last] == [(4, 3, 2), (4, 2, 1)]


def test_no_records_have_no_progress() -> None:
    assert progress([]) == ()


def test_each_task_begins_when_the_last_of_what_it_needs_is_done() -> None:
    graph = TaskGraph.build({A: (), B: (), C: (A, B), D: (C,)})

    assert earliest(graph, {A: 2.0, B: 5.0, C: 1.0}) == {A: 2.0, B: 5.0, C: 6.0}


def test_the_ideal_ends_with_the_span_of_the_table_of_runs(
    story: History, recorded: Recorded
) -> None:
    records = recorded(story)
    rows = rows_of(records, SPEC, About(run="by hand", project="by hand"))

    assert max(ideal(records, SPEC).finishes.values()) == rows["runs"]["span_seconds"][0]
