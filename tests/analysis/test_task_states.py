"""Where each task is, followed for a view: what the board knows, in fewer words."""

import pytest
from msgspec.structs import replace
from tests.runtime.kit import STEADY, KitModels, make_spec, make_team, run

from brooks.analysis.task_states import TaskStates
from brooks.core import events
from brooks.core.board import apply
from brooks.core.events import Record
from brooks.core.spec import MessageFaults, Task
from brooks.core.state import State, Status
from brooks.ids import AgentId, Fence, Position, TaskId
from brooks.spec.faults import random_plan

CARELESS = replace(STEADY, mistake=0.4, repair=0.5)
TASKS = tuple(
    Task(
        id=TaskId(f"t{number}"),
        depends_on=(TaskId(f"t{number - 3}"),) if number >= 3 else (),
        files=("shared.txt",) if number % 2 else (),
        check="check",
    )
    for number in range(9)
)


@pytest.mark.parametrize("preset", ["single", "leased", "hybrid", "voting", "preassigned"])
@pytest.mark.parametrize("seed", range(3))
def test_it_agrees_with_the_board_after_every_record(preset: str, seed: int) -> None:
    """With mistakes, crashes, stalls and a bad network, in teams that claim by leases."""
    team = make_team(preset, 1 if preset == "single" else 3, attempts=2, turn_seconds=60.0)
    bad = MessageFaults(lost=0.05, duplicated=0.1, delayed=0.1, delay_seconds=5.0)
    members = [member.id for member in team.members]
    faults = random_plan(
        f"{preset}/{seed}", members, horizon=10.0, crashes=1, stalls=1, messages=bad
    )
    spec = make_spec(TASKS, team=team, model="careless", seed=seed, faults=faults)
    records = run(spec, models=KitModels({"careless": CARELESS})).records
    state, states = State(), TaskStates()

    for record in records:
        apply(state, record)
        states.add(record)

        known = {name: task.status for name, task in state.tasks.items()}
        assert {name: task.status for name, task in states.all.items()} == known, record

    assert {status: states.count(status) for status in Status} == state.counts


def test_tasks_at_work_come_first_and_of_those_done_the_latest() -> None:
    """Without sorting: the tasks of each status are kept together."""
    states = TaskStates()
    names = [TaskId(name) for name in "abcd"]
    story: list[events.Event] = [
        *(events.TaskAdded(task=Task(id=name)) for name in names),
        events.TaskFailed(task=names[0], reason=""),
        events.TasksLeased(agent=AgentId("one"), tasks=(names[2],), fence=Fence(1), expires_at=9.0),
        events.TaskReady(task=names[3]),
    ]

    for event in story:
        states.add(Record(Position(1), 0.0, Position(0), event))

    assert [task.spec.id for task in states.in_order()] == ["c", "a", "d", "b"]
    assert states.all[names[2]].attempts == 1


def test_what_does_not_follow_is_passed_over() -> None:
    """A view takes whatever a log holds: a task that was never added is nobody's."""
    states = TaskStates()

    states.add(Record(Position(1), 0.0, Position(0), events.TaskReady(task=TaskId("unknown"))))

    assert list(states.in_order()) == []
