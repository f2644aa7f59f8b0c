"""Which kept plan a run is held against, and how much of its work is left."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from tests.runtime.kit import make_spec

from brooks.analysis.task_states import TaskStates
from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.spec import Spec, Task
from brooks.ids import AgentId, Fence, Position, ProposalId, TaskId, TurnId
from brooks.plan.recording import VERSION, keep_plan, tasks_hash
from brooks.report.live.expecting import Expected, expected_of, share_left
from brooks.spec.teams import build_team

TASKS = (
    Task(id=TaskId("a"), effort=3.0),
    Task(id=TaskId("b"), effort=1.0, depends_on=(TaskId("a"),)),
    Task(id=TaskId("c"), effort=4.0),
)


def spec_of(team: str) -> Spec:
    return make_spec(TASKS, team=build_team(team), model="sim:typical")


def plan_of(spec: Spec, **recommended: Any) -> dict[str, Any]:
    """A plan with as much in it as is read of one."""
    row = {
        "name": "leased:3",
        "model": "sim:typical",
        "team": {"preset": "leased", "size": 3},
        "seconds": {"typical": 40.0, "low": 30.0, "high": 55.0},
    }
    return {
        "version": VERSION,
        "tasks_hash": tasks_hash(spec.tasks),
        "candidates": [{**row, **recommended}],
    }


def test_the_plan_of_this_team_on_these_tasks_is_found(tmp_path: Path) -> None:
    """Whatever else is in the folder."""
    spec = spec_of("leased:3")
    keep_plan(plan_of(spec), tmp_path)
    (tmp_path / "other.json").write_text("no plan", encoding="utf-8")

    assert expected_of(spec, tmp_path) == Expected("leased:3", 40.0, 30.0, 55.0)


@pytest.mark.parametrize(
    ("team", "recommended"),
    [
        ("leased:4", {}),
        ("hybrid:3", {}),
        ("leased:3", {"model": "sim:other"}),
        ("leased:3", {"team": {"preset": "leased", "size": 3, "batch": 2}}),
        ("leased:3", {"team": {"preset": "no such team"}}),
        ("leased:3", {"seconds": None}),
    ],
)
def test_a_plan_of_anything_else_is_not(
    team: str, recommended: dict[str, Any], tmp_path: Path
) -> None:
    """Another size, structure, model or batch; or a plan that cannot be read."""
    spec = spec_of(team)
    keep_plan(plan_of(spec, **recommended), tmp_path)

    assert expected_of(spec, tmp_path) is None


def test_a_run_on_another_time_scale_or_other_tasks_has_none(tmp_path: Path) -> None:
    """Its seconds are not those of the plan."""
    spec = spec_of("leased:3")
    keep_plan(plan_of(spec), tmp_path)
    quicker = replace(spec, time_scale=0.1)
    fewer = replace(spec, tasks=TASKS[:2])

    assert json.loads(next(tmp_path.glob("*.json")).read_text(encoding="utf-8"))
    assert expected_of(quicker, tmp_path) is None
    assert expected_of(fewer, tmp_path) is None


def test_what_is_left_is_the_larger_share_of_the_work_and_of_the_longest_chain() -> None:
    """When a is done, 5 of 8 are left, but c whole, which is as long as a and b; begun, it counts half."""
    states = TaskStates()

    def happens(event: Event) -> float:
        states.add(Record(Position(1), 0.0, Position(0), event))
        return share_left(states)

    for task in TASKS:
        happens(events.TaskAdded(task=task))
    assert share_left(states) == 1.0

    after_a = happens(
        events.TaskDone(
            task=TaskId("a"),
            agent=AgentId("one"),
            turn=TurnId("turn-1"),
            fence=Fence(1),
            proposal=ProposalId(1),
            commit=1,
            verified=True,
            changes=(),
        )
    )
    with_c = happens(
        events.TasksLeased(
            agent=AgentId("one"), tasks=(TaskId("c"),), fence=Fence(2), expires_at=9.0
        )
    )

    assert after_a == 1.0
    assert with_c == 0.5
