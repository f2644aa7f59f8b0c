"""What was predicted, kept beside the runs, so that it can be held against what then happens.

A plan is a JSON file in `.brooks/plans`, named by its content. It holds the whole table, the choice and a
hash of the tasks, by which the run that follows finds it (`brooks.plan.outcomes`).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from brooks.core.message import Message
from brooks.core.spec import Task
from brooks.errors import OutsideError, UsageError
from brooks.plan.bounds import Pruned
from brooks.plan.predicting import Predicted, Prediction
from brooks.plan.problem import Problem
from brooks.plan.reasons import Reasons
from brooks.plan.recommending import Recommendation
from brooks.runtime.run_folder import keep_out_of_git

PLANS_DIR = Path(".brooks", "plans")
VERSION = 1


def facts(predicted: Predicted, recommendation: Recommendation, reasons: Reasons) -> dict[str, Any]:
    """A plan as JSON values."""
    problem = predicted.problem
    return {
        "version": VERSION,
        "simulated": True,
        "project": problem.project,
        "tasks": len(problem.tasks),
        "tasks_hash": tasks_hash(problem.tasks),
        "objective": predicted.wish.objective.value,
        "limits": _plain(predicted.wish.limits),
        "seed": predicted.wish.seed,
        "models": [
            {"model": model.name, "profile": model.profile_name} for model in problem.models
        ],
        "assumed": assumed(problem),
        "runs": predicted.runs,
        "cost_in": "dollars" if predicted.by_dollars else "tokens",
        "recommended": {
            **_row(predicted.predictions[recommendation.place]),
            "team": predicted.candidates[recommendation.place].section,
            "baseline": predicted.predictions[recommendation.baseline].name,
            "seconds_ratio": _plain(recommendation.seconds_ratio),
            "cost_ratio": _plain(recommendation.cost_ratio),
            "sure": _plain(recommendation.sure),
            "keeps_limits": recommendation.keeps_limits,
        },
        "reasons": [_plain(each) for each in reasons.why],
        "changes": [_plain(each) for each in reasons.changes],
        "sure": list(reasons.sure),
        "candidates": [
            {
                **_row(each),
                "team": predicted.candidates[place].section,
                "frontier": place in recommendation.frontier,
            }
            for place, each in enumerate(predicted.predictions)
        ],
        "not_run": [_plain(each) for each in predicted.pruned],
        "broken": list(predicted.failures),
    }


def assumed(problem: Problem) -> dict[str, float]:
    """What the prediction takes for granted."""
    return {
        "task_tokens": problem.task_tokens,
        "effort_spread": problem.effort_spread,
        "found": problem.found,
    }


def _row(prediction: Prediction) -> dict[str, Any]:
    row = _plain(prediction)
    del row["standing"]
    return {**row, "difference": prediction.standing.difference}


def _plain(message: Message | Pruned) -> dict[str, Any]:
    values = msgspec.structs.asdict(message)
    return {
        name: _plain(value) if isinstance(value, Message) else value
        for name, value in values.items()
    }


def tasks_hash(tasks: Iterable[Task]) -> str:
    """What tells task files apart that a plan cannot serve both: tasks, order, effort, files."""
    shape = [
        [task.id, sorted(task.depends_on), sorted(task.files), task.effort, task.check is not None]
        for task in tasks
    ]
    return hashlib.sha256(json.dumps(sorted(shape)).encode()).hexdigest()[:16]


def keep_plan(plan: Mapping[str, Any], folder: Path = PLANS_DIR) -> Path:
    """Write a plan down; gives its file.

    Raises:
        OutsideError: It cannot be written.
    """
    data = json.dumps(plan, indent=2, sort_keys=True).encode() + b"\n"
    path = folder / f"{hashlib.sha256(data).hexdigest()[:12]}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        keep_out_of_git(folder.parent)
        path.write_bytes(data)
    except OSError as error:
        raise OutsideError(f"the plan {str(path)!r} cannot be kept: {error.strerror}") from error
    return path


def load_plan(path: Path) -> dict[str, Any]:
    """A plan that was kept.

    Raises:
        UsageError: It is none.
        OutsideError: It cannot be read.
    """
    try:
        plan = json.loads(path.read_bytes())
    except OSError as error:
        raise OutsideError(f"the plan {str(path)!r} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{str(path)!r} is no plan: it is not JSON") from error
    if not isinstance(plan, dict) or plan.get("version") != VERSION:
        raise UsageError(f"{str(path)!r} is no plan of this version: make it again")
    return plan


def plans_for(tasks: Iterable[Task], folder: Path = PLANS_DIR) -> list[Path]:
    """The plans that were kept for these tasks, the latest first."""
    wanted = tasks_hash(tasks)
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            if load_plan(path)["tasks_hash"] == wanted:
                found.append(path)
        except (UsageError, OutsideError, KeyError):
            continue
    return sorted(found, key=lambda path: -path.stat().st_mtime)
