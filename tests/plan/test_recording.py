"""What was predicted is kept and found again, and sampled runs can be looked at."""

import json
from pathlib import Path

import pytest
from tests.plan.conftest import Planned, chain, free, plan, problem

from brooks.errors import UsageError
from brooks.plan.candidates import given_team
from brooks.plan.problem import planned_model
from brooks.plan.recording import facts, keep_plan, load_plan, plans_for, tasks_hash
from brooks.plan.sampling import histogram, keep_samples, sample
from brooks.spec.teams import build_team

TASKS = free(4)


@pytest.fixture(scope="module")
def planned() -> Planned:
    """A small plan."""
    given = problem(TASKS, planned_model("sim:typical"))
    return plan(given, presets=("single", "leased"), sizes=(2,), effort=0.1)


def test_a_plan_is_kept_and_found_by_its_tasks(planned: Planned, tmp_path: Path) -> None:
    """As one JSON file that says that it is simulated."""
    kept = keep_plan(facts(planned.predicted, planned.choice, planned.reasons), tmp_path / "plans")

    found = load_plan(kept)
    assert plans_for(TASKS, tmp_path / "plans") == [kept]
    assert plans_for(chain(4), tmp_path / "plans") == []
    assert found["simulated"] is True
    assert found["recommended"]["name"] == planned.team
    assert found["tasks_hash"] == tasks_hash(reversed(TASKS))
    assert json.loads(json.dumps(found)) == found


def test_what_is_no_plan_is_refused(tmp_path: Path) -> None:
    """Another JSON file in the folder of plans."""
    path = tmp_path / "other.json"
    path.write_text("[]", encoding="utf-8")

    with pytest.raises(UsageError, match="no plan"):
        load_plan(path)
    assert plans_for(TASKS, tmp_path) == []


def test_a_team_is_sampled_and_its_runs_can_be_looked_at(tmp_path: Path) -> None:
    """Ten seeds; the logs of three of them are runs like any other."""
    given = problem(TASKS, planned_model("sim:typical"))
    team = given_team(build_team("leased:2"), "sim:typical", name="leased:2")

    found = sample(given, team, range(10), jobs=1)
    kept = keep_samples(given, team, found, tmp_path)

    assert found.runs == 10
    assert sum(bar.count for bar in found.histogram) == 10
    assert len(kept) == 3
    assert all((path / "run.db").is_file() for path in kept)


def test_a_histogram_holds_every_value_once() -> None:
    """Also where one value is far off, and where all are the same."""
    far = histogram([*map(float, range(1, 40)), 4000.0])
    same = histogram([2.0, 2.0])

    assert sum(bar.count for bar in far) == 40
    assert far[-1].high == 4000.0
    assert [bar.count for bar in same] == [2]
