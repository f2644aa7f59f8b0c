"""The grid of an experiment: its runs in their order, each with its seed, its id and its spec.

*Seeds* depend on the experiment's seed, the suite, the model, the faults and the repetition, and on
neither team nor size: runs of different teams are paired. *Ids* are hashes of everything that a run
is made of, and of no name: a run that was made stays made when the file around it changes. *Order*:
repetitions are outermost and teams innermost, so that an interrupted grid has all cells equally
full and the runs of a pair stand side by side.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import asdict, replace

from brooks.bench.experiment.inputs import (
    Inputs,
    is_computed,
    load_inputs,
    model_hash,
)
from brooks.core.canonical import short_hash
from brooks.core.spec import Budget, CheckSettings, FaultPlan, ModelSettings, Spec, Team
from brooks.errors import UsageError
from brooks.models.naming import parse_model
from brooks.runtime.beginnings import all_models
from brooks.runtime.routes import settings_for
from brooks.spec.experiment import Experiment, FaultChoice, SuiteChoice, TeamChoice
from brooks.spec.experiment.values import NO_FAULTS
from brooks.spec.faults import random_plan
from brooks.spec.skills import refuse_unskilled

SEED_BYTES = 6
"""48 bits: more than enough, and exact in every program that reads the tables."""


class Cell(NamedTuple):
    """What is run: one of each axis, without the repetition."""

    suite: SuiteChoice
    model: str
    faults: FaultChoice
    team: TeamChoice

    @property
    def text(self) -> str:
        """What it is, in a few words."""
        faults = "" if self.faults.name == NO_FAULTS else f", faults {self.faults.name}"
        return f"{self.team.label} on {self.suite.name}, {self.model}{faults}"


class Planned(NamedTuple):
    """One run of the grid."""

    number: int
    """Its place in the grid, from 0."""
    cell: Cell
    repetition: int
    """From 1."""
    seed: int

    @property
    def text(self) -> str:
        """What it is, in a few words."""
        return f"{self.cell.text}, repetition {self.repetition}"


class Grid:
    """The runs of an experiment."""

    def __init__(
        self,
        experiment: Experiment,
        out: Path,
        *,
        inputs: Mapping[str, Inputs] | None = None,
        hashes: Mapping[str, str] | None = None,
    ) -> None:
        """Lay the grid out.

        Args:
            experiment: What is run.
            out: The folder of results, no part of any workspace.
            inputs: What task files lead to, by their paths, where they need not be read.
            hashes: Of models, where these need not be read.
        """
        self.experiment = experiment
        self._out = out.absolute()
        self._inputs = dict(inputs or {})
        self._hashes = dict(hashes or {})

    @cached_property
    def runs(self) -> tuple[Planned, ...]:
        """Every run, in the order of the grid."""
        experiment = self.experiment
        return tuple(
            Planned(number, cell, repetition, seed_of(experiment, cell, repetition))
            for number, (repetition, cell) in enumerate(
                (repetition, cell)
                for repetition in range(1, experiment.repetitions + 1)
                for cell in self.cells()
            )
        )

    def cells(self) -> Iterator[Cell]:
        """Every cell, in the order of the grid."""
        experiment = self.experiment
        for suite in experiment.suites:
            for model in experiment.models:
                for faults in experiment.faults:
                    for team in experiment.teams:
                        yield Cell(suite, model, faults, team)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The id of every run, in the order of the grid.

        Raises:
            UsageError: Two runs would be the same, or something that they need cannot be.
        """
        seen: dict[str, Planned] = {}
        for planned in self.runs:
            name = self.id_of(planned, self.spec_of(planned))
            first = seen.setdefault(name, planned)
            if first is not planned:
                raise UsageError(
                    f"{planned.cell.text!r} and {first.cell.text!r} are the same runs under two "
                    "names: take one of them out"
                )
        return tuple(seen)

    def check(self) -> None:
        """Raise `UsageError` for what cannot be run, before anything is."""
        for cell in self.cells():
            refuse_unskilled(self.inputs_of(cell).file.tasks, cell.team.team)
            spec = self.spec_of(Planned(0, cell, 1, 0))
            if is_paid(spec) and spec.checks.mode == "modelled":
                raise UsageError(
                    f"the checks are modelled and the model {cell.model!r} is real: modelled checks "
                    "compare with reference solutions; write 'checks: real', or leave the key out"
                )
            _refuse_unsolvable(spec, cell)

    def inputs_of(self, cell: Cell) -> Inputs:
        """What the runs of a cell work on."""
        path = cell.suite.path
        if path not in self._inputs:
            self._inputs[path] = load_inputs(path, closed=self._out, source=self.experiment.source)
        return self._inputs[path]

    def hash_of_model(self, model: str) -> str:
        """Hash of what a model is made of here; see `model_hash`."""
        if model not in self._hashes:
            self._hashes[model] = model_hash(model)
        return self._hashes[model]

    def spec_of(self, planned: Planned, *, model: str | None = None) -> Spec:
        """The whole run as a spec; with another model, if one is named."""
        cell, inputs, experiment = planned.cell, self.inputs_of(planned.cell), self.experiment
        file = inputs.file
        team = cell.team.team if model is None else _with_one_model(cell.team.team)
        spec = Spec(
            project=file.project,
            tasks=file.tasks,
            team=team,
            model=model or cell.model,
            seed=planned.seed,
            check=file.check,
            budget=_replaced(file.budget, experiment.budget),
            models=() if model else _settings(file.models, experiment.settings),
            prompts=inputs.prompts,
            faults=_faults(planned),
        )
        paid = is_paid(spec)
        agents = len(team.members)
        mode = experiment.checks or ("real" if paid else "modelled")
        return replace(
            spec,
            team=_with_room(spec),
            clock="real" if paid else "virtual",
            checks=CheckSettings(
                mode="modelled" if model else mode, slots=_slots(agents, paid=paid)
            ),
        )

    def id_of(self, planned: Planned, spec: Spec) -> str:
        """The name of a run: a hash of its spec, of the files it starts with, and of its models."""
        made_of = [self.hash_of_model(model) for model in all_models(spec)]
        tree = self.inputs_of(planned.cell).tree
        return short_hash(spec, tree, made_of)

    def labels(self, planned: Planned) -> dict[str, str | int]:
        """What the table of runs says of a run's place in the grid."""
        suite = planned.cell.suite
        name, size = planned.cell.team.tabled
        return {
            "project": suite.project or self.inputs_of(planned.cell).file.project,
            "structure": suite.structure or os.path.splitext(suite.name)[0],  # noqa: PTH122 - a name
            "team": name,
            "size": size,
            "model": planned.cell.model,
            "faults": "" if planned.cell.faults.name == NO_FAULTS else planned.cell.faults.name,
            "repetition": planned.repetition,
            "seed": planned.seed,
        }


def seed_of(experiment: Experiment, cell: Cell, repetition: int) -> int:
    """The seed of a run, which all teams share."""
    named = (experiment.seed, cell.suite.name, cell.model, cell.faults.name, repetition)
    return int.from_bytes(hashlib.sha256(repr(named).encode()).digest()[:SEED_BYTES], "big")


def is_paid(spec: Spec) -> bool:
    """Whether any model of a run is more than a computation."""
    return not all(map(is_computed, all_models(spec)))


def _faults(planned: Planned) -> FaultPlan:
    choice = planned.cell.faults
    drawn = choice.drawn
    if drawn is None:
        return choice.plan
    agents = [member.id for member in planned.cell.team.team.members]
    more = random_plan(f"{planned.seed}/faults", agents, **asdict(drawn))
    return replace(choice.plan, faults=(*choice.plan.faults, *more.faults))


def _replaced(old: Budget, new: Budget) -> Budget:
    return replace(old, **{name: value for name, value in asdict(new).items() if value is not None})


def _settings(
    of_file: tuple[ModelSettings, ...], ours: tuple[ModelSettings, ...]
) -> tuple[ModelSettings, ...]:
    """The settings of all models: the experiment's own, and the task file's for the others."""
    named = {parse_model(one.model).canonical for one in ours}
    others = (one for one in of_file if parse_model(one.model).canonical not in named)
    return (*others, *ours)


def _with_room(spec: Spec) -> Team:
    """The team that knows what one reply can carry: the smallest of its members' models."""
    known = {one.model: one for one in spec.models}
    models = dict.fromkeys(member.model or spec.model for member in spec.team.members)
    room = min(settings_for(known, model).max_output_tokens for model in models)
    return replace(spec.team, reply_tokens=room)


def _with_one_model(team: Team) -> Team:
    """The team whose members all use the run's model, and nothing else."""
    failing = replace(team.rules.failing, escalate_to="")
    return replace(
        team,
        members=tuple(replace(member, model=None) for member in team.members),
        rules=replace(team.rules, failing=failing),
    )


def _slots(agents: int, *, paid: bool) -> int:
    """How many checks run at once, on whatever machine: it is part of what a run is."""
    return min(4, max(2, agents)) if paid else max(4, agents)


def _refuse_unsolvable(spec: Spec, cell: Cell) -> None:
    """A simulated model can only write reference solutions, and a real check wants them."""
    if spec.checks.mode == "modelled" or all(task.solution for task in spec.tasks):
        return
    for model in all_models(spec):
        if parse_model(model).kind == "sim":
            raise UsageError(
                f"{cell.suite.name!r} has tasks without a reference solution, and the simulated "
                f"model {model!r} can write nothing else: write 'checks: modelled'"
            )
