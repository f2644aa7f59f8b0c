"""The shapes of what users write in an experiment file."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from brooks.spec.choices import OneOf
from brooks.spec.documents import show
from brooks.spec.experiment.values import NO_FAULTS
from brooks.spec.section import Filled, Positive, Section, refuse
from brooks.spec.sections import BudgetSection, FaultsSection
from brooks.spec.team_sections import MOST_MEMBERS

MOST_REPETITIONS = 100_000
LONGEST_NAME = 60

Size = Annotated[int, Field(ge=1, le=MOST_MEMBERS)]
Faults = Annotated[int, Field(ge=0, le=10_000)]


class CheckMode(StrEnum):
    """Whether checks run."""

    REAL = "real"
    MODELLED = "modelled"


def _check_name(value: str) -> str:
    if "/" in value or value.startswith(".") or not value.isprintable() or not value.strip():
        raise refuse(f"{show(value)} names a folder: use letters, digits, '-' and '_'")
    if len(value) > LONGEST_NAME:
        raise refuse(f"{show(value)} has {len(value)} characters: {LONGEST_NAME} is the most")
    return value


def _usual_models() -> list[object]:
    return ["sim:typical"]


def _no_faults() -> dict[str, object]:
    return {NO_FAULTS: {}}


class RandomFaultsSection(Section):
    """Faults of agents, drawn for each run from its seed."""

    crashes: Faults = 0
    """How many crashes; crashed agents come back."""
    stalls: Faults = 0
    """How many times an agent freezes."""
    slows: Faults = 0
    """How many slow stretches of a model."""
    partitions: Faults = 0
    """How many times an agent is cut off."""
    horizon: Positive = 240.0
    """Seconds of log time in which faults begin."""
    mean_seconds: Positive = 30.0
    """How long a fault lasts on average."""


class NamedFaultsSection(FaultsSection):
    """What goes wrong in some of the runs."""

    random: RandomFaultsSection | None = None
    """Faults of agents that are drawn for each run."""


class ExperimentSection(Section):
    """An experiment file: the axes of a grid of runs."""

    name: Annotated[str, AfterValidator(_check_name)] | None = None
    """What it is called; the file's own name if left out."""
    suites: Annotated[list[Filled], Field(min_length=1)]
    """Bundled suites, `PROJECT/*` for all structures of one, or task files relative to this file."""
    teams: Annotated[list[object], Field(min_length=1)]
    """Presets, `PRESET:N`, team files relative to this file, or mappings as under `team:` in a task file."""
    sizes: Annotated[list[Size], Field(min_length=1)] | None = None
    """The sizes of all teams that have none of their own."""
    models: Annotated[list[object], Field(min_length=1)] = Field(default_factory=_usual_models)
    """Model strings, or mappings as under `models:` in a task file."""
    faults: Annotated[dict[str, object], Field(min_length=1)] = Field(default_factory=_no_faults)
    """Names, each with what goes wrong or the path of a fault file."""
    repetitions: Annotated[int, Field(ge=1, le=MOST_REPETITIONS)] = 10
    """How many runs each combination has."""
    seed: int = 0
    """What every draw comes from."""
    checks: Annotated[CheckMode, OneOf(CheckMode, "kind of checks")] | None = None
    """Whether checks run, or work is compared with the reference solutions."""
    budget: BudgetSection = BudgetSection()
    """Limits of each run."""
    baseline: object = None
    """The team that others are compared with, written as one of the teams."""

    @model_validator(mode="after")
    def _check_seed(self) -> Self:
        if abs(self.seed) >= 2**63:
            raise refuse(f"the seed {show(self.seed)} is too large: use one of at most 18 digits")
        return self


class TeamKeys(Section):
    """What a team's mapping has here besides the keys of a team."""

    name: Filled | None = None
    """What the tables call it; its preset if left out."""
    sizes: Annotated[list[Size], Field(min_length=1)] | None = None
    """Its sizes, in place of those of the experiment."""
