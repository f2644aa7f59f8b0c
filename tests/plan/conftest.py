"""Problems whose answer is known beforehand, and plans of them that are quick to make."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

import brooks.models.profile as profiles
from brooks.core.spec import ModelSettings, Price, Task
from brooks.ids import TaskId
from brooks.plan.bounds import Limits
from brooks.plan.candidates import Restriction, candidates_of
from brooks.plan.predicting import Objective, Predicted, Wish, predict
from brooks.plan.problem import PlannedModel, Problem, planned_model
from brooks.plan.reasons import Reasons, explain
from brooks.plan.recommending import Recommendation, recommend

STEADY = {
    "latency_sigma": 0.0,
    "mistake": 0.0,
    "stall": 0.0,
    "whole_load": 0.0,
}
"""What makes the typical profile one without luck, whose agents do one task a reply."""


class Planned:
    """A plan with everything that led to it."""

    def __init__(self, predicted: Predicted, choice: Recommendation, reasons: Reasons) -> None:
        self.predicted = predicted
        self.choice = choice
        self.reasons = reasons

    @property
    def team(self) -> str:
        """The team that is recommended."""
        return self.predicted.predictions[self.choice.place].name

    @property
    def model(self) -> str:
        """Its model."""
        return self.predicted.predictions[self.choice.place].model

    @property
    def size(self) -> int:
        """How many agents it has."""
        return self.predicted.predictions[self.choice.place].size

    @property
    def kinds(self) -> list[str]:
        """The kinds of its reasons."""
        return [each.kind for each in self.reasons.why]

    def why(self, kind: str) -> str:
        """The sentence of one kind."""
        return next(each.text for each in self.reasons.why if each.kind == kind)

    def change(self, kind: str) -> str:
        """What would change the answer."""
        return next(each.text for each in self.reasons.changes if each.kind == kind)


def task(
    name: str,
    *needs: str,
    effort: float = 1.0,
    files: Sequence[str] = (),
    check: str | None = "true",
) -> Task:
    """A task, checked if nothing else is said."""
    return Task(
        id=TaskId(name),
        depends_on=tuple(map(TaskId, needs)),
        effort=effort,
        files=tuple(files) or (f"{name}.txt",),
        check=check,
    )


def chain(count: int) -> list[Task]:
    """Tasks each of which waits for the one before."""
    return [task(f"t{n:02}", *([f"t{n - 1:02}"] if n > 1 else [])) for n in range(1, count + 1)]


def free(count: int, files: Sequence[str] = ()) -> list[Task]:
    """Tasks that wait for nothing."""
    return [
        task(f"t{n:02}", files=(f"t{n:02}.txt", *files) if files else ())
        for n in range(1, count + 1)
    ]


MakeModel = Callable[..., PlannedModel]


@pytest.fixture
def model(tmp_path: Path) -> MakeModel:
    """Makes a model with a profile of its own: the typical one, steady, with some numbers changed."""

    def make(
        name: str = "steady",
        *,
        changes: Mapping[str, Any] | None = None,
        steady: bool = True,
        price: float | None = None,
        requests_per_minute: int | None = None,
    ) -> PlannedModel:
        usual = Path(profiles.__file__).parent / "profiles" / "typical.yaml"
        numbers = yaml.safe_load(usual.read_text(encoding="utf-8"))
        numbers |= (STEADY if steady else {}) | dict(changes or {})
        path = tmp_path / f"{name}.yaml"
        path.write_text(yaml.safe_dump(numbers), encoding="utf-8")
        text = f"sim:{path}"
        settings = ModelSettings(
            model=text,
            price=None if price is None else Price(input=price / 5, output=price),
            requests_per_minute=requests_per_minute,
        )
        return planned_model(text, settings=[settings])

    return make


def problem(tasks: Sequence[Task], *models: PlannedModel, **options: Any) -> Problem:
    """A problem of these tasks."""
    return Problem(project="known", tasks=tuple(tasks), models=models, **options)


def plan(
    given: Problem,
    objective: str = "time",
    *,
    presets: Sequence[str] = ("single", "leased", "hybrid", "voting"),
    max_agents: int | None = None,
    sizes: Sequence[int] = (),
    effort: float = 0.25,
    limits: Limits | None = None,
) -> Planned:
    """A plan, made in this process with less work than usual."""
    restriction = Restriction(presets=tuple(presets), max_agents=max_agents, sizes=tuple(sizes))
    wish = Wish(objective=Objective(objective), limits=limits or Limits(), jobs=1, effort=effort)
    predicted = predict(given, candidates_of(given, restriction), wish)
    choice = recommend(predicted)
    return Planned(predicted, choice, explain(predicted, choice, max_agents=max_agents))
