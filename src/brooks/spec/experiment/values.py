"""An experiment as a value: the axes of a grid of runs.

It is made from a file by `load_experiment`, or in code. Each axis holds what it names whole (a team
with its members, a plan with its faults), so that nothing is looked up later; only the task files
and the profiles of simulated models are still on the disk.
"""

from typing import Literal

from brooks.core.message import Message
from brooks.core.spec import Budget, FaultPlan, ModelSettings, Team

NO_FAULTS = "none"
"""What the plan without any faults is called in an experiment; in the tables its name is empty."""


class SuiteChoice(Message, frozen=True, kw_only=True):
    """A task file that is worked on."""

    name: str
    """What it is called: a bundled suite's name, or the path as it was written. Seeds depend on it."""
    path: str
    """The task file, as an absolute path."""
    project: str = ""
    """What the tables call the project; empty for what the file says."""
    structure: str = ""
    """What the tables call the structure; empty for `name` without its suffix."""


class TeamChoice(Message, frozen=True, kw_only=True):
    """A team of one size."""

    name: str
    """What it is called; teams that differ only in size share a name."""
    team: Team

    @property
    def label(self) -> str:
        """Its name and size, which no other team of the experiment has."""
        return f"{self.name}:{self.team.size}"

    @property
    def tabled(self) -> tuple[str, int]:
        """What tables know it by, which no other team of the experiment has either."""
        return self.name, len(self.team.members)


class RandomFaults(Message, frozen=True, kw_only=True):
    """Faults that are drawn for each run anew, from the run's seed."""

    crashes: int = 0
    stalls: int = 0
    slows: int = 0
    partitions: int = 0
    horizon: float = 240.0
    """Seconds of log time in which faults begin."""
    mean_seconds: float = 30.0
    """How long a fault lasts on average."""


class FaultChoice(Message, frozen=True, kw_only=True):
    """What is made to go wrong, under a name."""

    name: str = NO_FAULTS
    plan: FaultPlan = FaultPlan()
    drawn: RandomFaults | None = None
    """Faults of agents that are drawn besides; None for none."""


class Experiment(Message, frozen=True, kw_only=True):
    """A grid of runs: the product of its axes."""

    name: str
    suites: tuple[SuiteChoice, ...]
    teams: tuple[TeamChoice, ...]
    models: tuple[str, ...] = ("sim:typical",)
    faults: tuple[FaultChoice, ...] = (FaultChoice(),)
    repetitions: int = 10
    seed: int = 0
    checks: Literal["real", "modelled"] | None = None
    """None for modelled checks where nothing is real, and real ones for models that are."""
    budget: Budget = Budget()
    """Limits of each run."""
    settings: tuple[ModelSettings, ...] = ()
    """How models are used, where that is said; a task file's own settings hold for the others."""
    baseline: str = ""
    """The label of the team that others are compared with; empty for none."""
    source: str = ""
    """The file that it was read from, which is no part of any workspace; empty where there is none."""

    @property
    def size(self) -> int:
        """How many runs the grid has."""
        cells = len(self.suites) * len(self.teams) * len(self.models) * len(self.faults)
        return cells * self.repetitions
