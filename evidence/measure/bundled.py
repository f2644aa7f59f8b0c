"""Runs of the bundled projects for the measurements: a spec, a run in memory, its exported log."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal

from brooks.bench.suites import suite_path
from brooks.core.paths import READ_NEVER
from brooks.core.spec import Budget, CheckSettings, FaultPlan, ModelSettings, Spec, Team
from brooks.core.state import State
from brooks.ids import BlobHash
from brooks.log.store import LogStore
from brooks.models.base import Model
from brooks.models.profile import Profile
from brooks.models.simulated import SimulatedModel
from brooks.models.solutions import Solutions
from brooks.runtime import in_memory
from brooks.runtime.model_factory import ModelFactory
from brooks.spec.building import TeamOptions
from brooks.spec.load import TaskFile, load_tasks
from brooks.spec.teams import build_team

MOST_SECONDS = 60.0
"""Real time after which a simulated run is taken to turn in circles; they take well under a second."""
SUITES = ("mathlib/parallel", "mathlib/mixed", "mathlib/serial")


def bundled_spec(
    suite: str,
    team: str | Team,
    *,
    seed: int = 0,
    checks: Literal["real", "modelled"] = "modelled",
    clock: Literal["real", "virtual"] = "virtual",
    time_scale: float = 1.0,
    faults: FaultPlan | None = None,
    model: str = "sim:typical",
    options: TeamOptions | None = None,
) -> tuple[Spec, dict[BlobHash, bytes], dict[str, bytes]]:
    """A spec, the blobs it names, and the files its workspace starts with.

    A team is named, as `-t` takes it, and changed by the options; or it is there as it is to be.
    """
    task_file, start_files = _suite(suite)
    built = team if isinstance(team, Team) else build_team(team, **(options or {}))
    spec = Spec(
        project=task_file.project,
        tasks=task_file.tasks,
        team=built,
        model=model,
        seed=seed,
        clock=clock,
        time_scale=time_scale,
        check=task_file.check,
        checks=CheckSettings(mode=checks, slots=max(4, len(built.members))),
        budget=Budget(),
        faults=faults or FaultPlan(),
    )
    return spec, dict(task_file.blobs), dict(start_files)


@cache
def _suite(name: str) -> tuple[TaskFile, dict[str, bytes]]:
    """A bundled suite, read once in each process."""
    path = suite_path(name)
    task_file = load_tasks(path if path.is_file() else path / "tasks.yaml")
    return task_file, files_below(task_file.workspace)


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder that belongs to a workspace."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in found
        if not READ_NEVER.intersection(path.relative_to(folder).parts)
    }


class OneProfile(ModelFactory):
    """Every model of the run is simulated by one profile, whatever it is called."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(Path.cwd())
        self._profile = profile

    def make(
        self,
        text: str,
        *,
        settings: ModelSettings,
        solutions: Solutions,
        chance: Callable[..., Random],
    ) -> Model:
        """A simulated model."""
        return SimulatedModel(self._profile, solutions, chance)


def run_in_memory(
    spec: Spec,
    blobs: dict[BlobHash, bytes],
    files: dict[str, bytes],
    log: LogStore | None = None,
    *,
    models: ModelFactory | None = None,
) -> tuple[State, LogStore]:
    """Run a spec with everything in memory."""
    models = models or ModelFactory(Path.cwd())
    made = in_memory.run_in_memory(spec, blobs, files, models=models, log=log)
    return made.state, made.log
