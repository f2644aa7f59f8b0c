"""What was predicted is held against what then happened, and later plans say how well it went."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from tests.plan.conftest import Planned, chain, free, plan, problem

from brooks.core.facts import Outcome
from brooks.core.spec import Spec, Task
from brooks.core.team_rules import Consistency
from brooks.plan.outcomes import (
    HAPPENED,
    Happened,
    hold_against_plan,
    keep_outcome,
    outcomes,
    track_record,
)
from brooks.plan.problem import planned_model
from brooks.plan.recording import facts, keep_plan
from brooks.report.planned import happened_text, so_far_texts
from brooks.spec.teams import build_team

TASKS = free(4)
MODEL = "openai:gpt-5.2"


class Ended:
    """A run with real models that took some time."""

    simulated = False
    outcome: Outcome | None = Outcome.DONE
    all_verified = True

    def __init__(self, seconds: float, tokens: int = 1000) -> None:
        self.run_seconds = seconds
        self.tokens = tokens


@pytest.fixture(scope="module")
def planned() -> Planned:
    """A small plan for a real model, which a profile stands in for."""
    given = problem(TASKS, planned_model(MODEL, profile="quick"))
    return plan(given, presets=("single", "leased", "hybrid"), sizes=(2,), effort=0.1)


@pytest.fixture
def plans(planned: Planned, tmp_path: Path) -> Path:
    """A folder with that plan."""
    folder = tmp_path / "plans"
    keep_plan(facts(planned.predicted, planned.choice, planned.reasons), folder)
    return folder


def spec(team: str = "leased:2", tasks: list[Task] | None = None, model: str = MODEL) -> Spec:
    """A run of a team on the tasks that were planned."""
    return Spec(project="p", tasks=tuple(tasks or TASKS), team=build_team(team), model=model)


def row(planned: Planned, name: str) -> dict[str, Any]:
    """What the plan says of a team."""
    found = facts(planned.predicted, planned.choice, planned.reasons)["candidates"]
    return next(each for each in found if each["name"] == name)


def came(plans: Path, seconds: float, *, run: str = "r1", **changes: Any) -> Happened:
    """A run that was planned."""
    ended = Ended(seconds)
    for name, value in changes.items():
        setattr(ended, name, value)
    found = hold_against_plan(run, spec(), ended, folder=plans)
    assert found is not None
    return found


def test_what_happened_stands_beside_what_was_predicted(planned: Planned, plans: Path) -> None:
    """Of the team that ran, recommended or not: a run as expected, and one ten times as long."""
    predicted = row(planned, "leased:2")["seconds"]

    as_expected = came(plans, predicted["typical"])
    late = came(plans, 10 * predicted["high"])

    assert (as_expected.team, as_expected.profile) == ("leased:2", "quick")
    assert [each.name for each in as_expected.quantities] == ["seconds", "tokens"]
    assert as_expected.quantities[0].is_inside
    assert not late.quantities[0].is_inside
    assert late.quantities[0].ratio > 5
    assert "came" in happened_text(late)


@pytest.mark.parametrize(
    "other",
    [
        spec("leased:3"),
        spec("voting:3"),
        spec(model="openai:gpt-4o"),
        spec(tasks=chain(4)),
    ],
    ids=["another size", "another team", "another model", "other tasks"],
)
def test_a_run_that_was_not_planned_is_held_against_nothing(plans: Path, other: Spec) -> None:
    """Only the same tasks, team and model were predicted."""
    assert hold_against_plan("r1", other, Ended(10.0), folder=plans) is None


def test_a_simulated_or_interrupted_run_is_not_held_against_a_plan(plans: Path) -> None:
    """A simulator would agree with itself, and half a run with nothing."""
    simulated, cancelled = Ended(10.0), Ended(10.0)
    simulated.simulated = True
    cancelled.outcome = Outcome.CANCELLED

    assert hold_against_plan("r1", spec(), simulated, folder=plans) is None
    assert hold_against_plan("r1", spec(), cancelled, folder=plans) is None


def test_copies_that_git_brings_do_not_make_it_another_team(plans: Path) -> None:
    """In a repository a hybrid team works on copies, though the plan did not know of the repository."""
    usual = spec("hybrid:2")
    rules = replace(usual.team.rules, consistency=Consistency.ISOLATED)
    on_git = replace(usual, team=replace(usual.team, rules=rules, reply_tokens=999))

    found = hold_against_plan("r1", on_git, Ended(10.0), folder=plans)

    assert found is not None
    assert found.team == "hybrid:2"


def test_what_came_of_a_run_is_kept_once_and_summed_up(planned: Planned, plans: Path) -> None:
    """The run that was resumed counts as it ended last; a damaged line costs no other."""
    typical = row(planned, "leased:2")["seconds"]["typical"]
    keep_outcome(came(plans, 1e6, run="r1"), plans)
    keep_outcome(came(plans, typical, run="r1"), plans)
    with (plans / HAPPENED).open("ab") as file:
        file.write(b"{half\n")
    keep_outcome(came(plans, 2 * typical, run="r2"), plans)
    keep_outcome(came(plans, 2 * typical, run="r3", all_verified=False), plans)

    record = track_record(outcomes(plans), [(MODEL, "quick")])

    assert record is not None
    assert (record.runs, record.verified, record.latest) == (3, 2, ("r1", "r2", "r3"))
    assert record.told[0].name == "seconds"
    assert record.told[0].ratio.typical == pytest.approx(2**0.5)
    texts = list(so_far_texts(record))
    assert "2 of 3 planned runs ended verified" in texts[0]
    assert "typically 1.41 times what was predicted" in texts[1]
    assert texts[-1] == "to learn from them: brooks calibrate r1 r2 r3 -o PROFILE.yaml"


def test_another_profile_has_a_record_of_its_own(plans: Path) -> None:
    """What one profile got wrong says nothing of another."""
    keep_outcome(came(plans, 5.0), plans)

    assert track_record(outcomes(plans), [(MODEL, "typical")]) is None
    assert list(so_far_texts(None)) == [
        "no real run with this model and profile has been held against a plan yet"
    ]
