"""Experiment files: which grid of runs is to be made, read from YAML or JSON to frozen values."""

from brooks.spec.experiment.reading import Known, load_experiment
from brooks.spec.experiment.values import (
    Experiment,
    FaultChoice,
    RandomFaults,
    SuiteChoice,
    TeamChoice,
)

__all__ = [
    "Experiment",
    "FaultChoice",
    "Known",
    "RandomFaults",
    "SuiteChoice",
    "TeamChoice",
    "load_experiment",
]
