"""Runs of the bundled projects for the measurements: a spec, a run in memory, its exported log."""

from pathlib import Path
from typing import Literal

from brooks.bench.suites import suite_path
from brooks.core.paths import READ_NEVER
from brooks.core.spec import Budget, CheckSettings, FaultPlan, Spec
from brooks.core.state import State
from brooks.ids import BlobHash
from brooks.log.codec import Codec
from brooks.log.memory import MemoryLog
from brooks.log.store import LogStore
from brooks.runtime.model_factory import ModelFactory
from brooks.runtime.running import Surroundings, start
from brooks.spec.load import load_tasks
from brooks.spec.teams import TeamOptions, build_team
from brooks.workspace.memory import MemoryWorkspace

SUITES = ("mathlib/parallel", "mathlib/mixed", "mathlib/serial")


def bundled_spec(
    suite: str,
    team: str,
    *,
    seed: int = 0,
    checks: Literal["real", "modelled"] = "modelled",
    clock: Literal["real", "virtual"] = "virtual",
    time_scale: float = 1.0,
    faults: FaultPlan | None = None,
    model: str = "sim:typical",
    options: TeamOptions | None = None,
) -> tuple[Spec, dict[BlobHash, bytes], dict[str, bytes]]:
    """A spec, the blobs it names, and the files its workspace starts with."""
    path = suite_path(suite)
    task_file = load_tasks(path if path.is_file() else path / "tasks.yaml")
    built = build_team(team, **(options or {}))
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
    return spec, dict(task_file.blobs), files_below(task_file.workspace)


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder that belongs to a workspace."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in found
        if not READ_NEVER.intersection(path.relative_to(folder).parts)
    }


def run_in_memory(
    spec: Spec, blobs: dict[BlobHash, bytes], files: dict[str, bytes], log: LogStore | None = None
) -> tuple[State, LogStore]:
    """Run a spec with everything in memory."""
    log = log or MemoryLog()
    around = Surroundings(
        log=log, workspace=MemoryWorkspace(files), models=ModelFactory(Path.cwd())
    )
    return start(spec, blobs, around), log


def exported(log: LogStore) -> bytes:
    """The log as `brooks export` writes it."""
    codec = Codec()
    return b"".join(codec.line(row) + b"\n" for row in log.read())
