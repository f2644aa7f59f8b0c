"""Runs checks, which are model-written code, where they can do no harm."""

from brooks.workspace.sandbox.outcome import CheckLimits, CheckOutcome, Level, LevelReport, Reason
from brooks.workspace.sandbox.sandbox import Sandbox, default_search_path, probe
from brooks.workspace.sandbox.scratch import discard, make_scratch, sweep

__all__ = [
    "CheckLimits",
    "CheckOutcome",
    "Level",
    "LevelReport",
    "Reason",
    "Sandbox",
    "default_search_path",
    "discard",
    "make_scratch",
    "probe",
    "sweep",
]
