"""A grid for workers that do not see this machine's disk: all that its runs are made of, as bytes.

Messages travel as they are kept in files: pickled, equal values would be encoded otherwise in logs
(see `canonical`). The ids of runs come out the same there, and whoever sent the grid makes sure.
"""

import pickle
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

import msgspec

from brooks.bench.experiment.grid import Grid
from brooks.bench.experiment.inputs import Inputs
from brooks.core.graph import TaskGraph
from brooks.core.message import Message
from brooks.core.spec import Budget, FaultPlan, ModelSettings, Task
from brooks.ids import BlobHash
from brooks.models.base import Model
from brooks.models.naming import ModelName, parse_model
from brooks.models.profile import Profile, load_profile
from brooks.models.scripted import ScriptedModel
from brooks.models.simulated import SimulatedModel
from brooks.models.solutions import Solutions
from brooks.runtime.beginnings import all_models
from brooks.runtime.in_memory import NO_RUNS
from brooks.runtime.model_factory import ModelFactory
from brooks.spec.experiment import Experiment
from brooks.spec.load import TaskFile


class SentInputs(Message, frozen=True, kw_only=True):
    """What one task file leads to, as far as runs are made of it."""

    path: str
    project: str
    tasks: tuple[Task, ...]
    check: str | None
    models: tuple[ModelSettings, ...]
    budget: Budget
    blobs: dict[BlobHash, bytes]
    files: dict[str, bytes]
    executable: tuple[str, ...]
    tree: BlobHash
    prompts: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, inputs: Inputs, path: str) -> "SentInputs":
        """What is sent of them."""
        file = inputs.file
        return cls(
            path=path,
            project=file.project,
            tasks=file.tasks,
            check=file.check,
            models=file.models,
            budget=file.budget,
            blobs=dict(file.blobs),
            files=dict(inputs.files),
            executable=tuple(sorted(inputs.executable)),
            tree=inputs.tree,
            prompts=inputs.prompts,
        )

    def inputs(self) -> Inputs:
        """The inputs again; what no run is made of is left out."""
        file = TaskFile(
            path=Path(self.path),
            project=self.project,
            workspace=Path(),
            tasks=self.tasks,
            graph=TaskGraph.build({task.id: task.depends_on for task in self.tasks}),
            check=self.check,
            model=None,
            models=self.models,
            prompts=None,
            team=None,
            budget=self.budget,
            faults=FaultPlan(),
            blobs=self.blobs,
            notes=(),
        )
        return Inputs(
            file=file,
            files=self.files,
            executable=frozenset(self.executable),
            tree=self.tree,
            prompts=self.prompts,
        )


class SentGrid(Message, frozen=True, kw_only=True):
    """A whole grid."""

    experiment: Experiment
    inputs: tuple[SentInputs, ...]
    hashes: dict[str, str]
    """Of each model."""
    profiles: dict[str, Profile]
    """Of each simulated model, by the name in its model string."""
    scripts: bytes
    """Scripted models, by that name, pickled."""

    @classmethod
    def of(cls, grid: Grid, indices: Iterable[int]) -> "SentGrid":
        """What these runs of a grid need."""
        runs = [grid.runs[index] for index in indices]
        cells = {planned.cell.suite.path: planned.cell for planned in runs}
        models = dict.fromkeys(
            model for planned in runs for model in all_models(grid.spec_of(planned))
        )
        names = [(parse_model(model), model) for model in models]
        scripts = {
            name.name: ScriptedModel.load(Path(name.name))
            for name, _ in names
            if name.kind == "scripted"
        }
        return cls(
            experiment=grid.experiment,
            inputs=tuple(SentInputs.of(grid.inputs_of(cell), path) for path, cell in cells.items()),
            hashes={model: grid.hash_of_model(model) for model in models},
            profiles={
                name.name: load_profile(name.name) for name, _ in names if name.kind == "sim"
            },
            scripts=pickle.dumps(scripts),
        )

    def grid(self) -> Grid:
        """The grid again."""
        inputs = {each.path: each.inputs() for each in self.inputs}
        return Grid(self.experiment, Path(), inputs=inputs, hashes=self.hashes)

    def models(self) -> Callable[[], ModelFactory]:
        """What makes the models of a run."""
        scripts: dict[str, ScriptedModel] = pickle.loads(self.scripts)  # noqa: S301 - our own
        return lambda: _SentModels(self.profiles, scripts)


class _SentModels(ModelFactory):
    """Makes simulated and scripted models of what was sent."""

    def __init__(self, profiles: dict[str, Profile], scripts: dict[str, ScriptedModel]) -> None:
        super().__init__(NO_RUNS)
        self._profiles = profiles
        self._scripts = scripts

    def _make(
        self,
        name: ModelName,
        settings: ModelSettings,
        solutions: Solutions,
        chance: Callable[..., Random],
    ) -> Model:
        if name.kind == "sim":
            return SimulatedModel(self._profiles[name.name], solutions, chance)
        return self._scripts[name.name]


def encode_grid(grid: Grid, indices: Iterable[int]) -> bytes:
    """What these runs of a grid need, as bytes."""
    return msgspec.msgpack.encode(SentGrid.of(grid, indices))


def decode_grid(data: bytes) -> SentGrid:
    """What `encode_grid` wrote."""
    return msgspec.msgpack.decode(data, type=SentGrid)
