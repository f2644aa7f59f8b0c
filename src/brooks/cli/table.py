"""Every command with its module and one line of help, so that `brooks --help` loads none of them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Listed(NamedTuple):
    """A command before it is loaded."""

    module: str
    """Its file in `brooks.cli`; the click command in it has the command's own name and `_command`."""
    line: str


FAMILIES: Mapping[str, Mapping[str, Listed]] = MappingProxyType(
    {
        "Begin": {
            "demo": Listed("demo", "One agent, then a team that loses a worker: offline, no key."),
            "init": Listed("starting", "Write a small task file that runs as it is."),
            "doctor": Listed("doctor", "What this machine has, and what it lacks."),
            "prompts": Listed("prompting", "The prompt templates, to read or to change."),
            "validate": Listed("validating", "Is the task file sound? Work, span, width, clashes."),
            "decompose": Listed("decomposing", "A model drafts the task file; a person edits it."),
        },
        "Plan": {
            "plan": Listed(
                "planning", "One agent or a team? Which, how long, for how much, and why."
            ),
            "simulate": Listed("simulating", "Many seeds of one team: the distribution."),
        },
        "Run": {
            "run": Listed("running", "Run a team on a task file or a bundled suite."),
            "resume": Listed("resuming", "Go on with a run, paying for nothing twice."),
            "pause": Listed("controlling", "Let a run start nothing new until it is resumed."),
            "cancel": Listed("controlling", "Cancel a run, or one of its tasks."),
            "requeue": Listed("controlling", "Offer a task of a run again, with all its attempts."),
        },
        "Look": {
            "runs": Listed("looking", "List the runs."),
            "show": Listed("looking", "Show what happened in a run."),
            "watch": Listed("watching", "Watch a run that another process works on."),
            "audit": Listed("auditing", "Did a run keep what its team declared?"),
            "report": Listed(
                "reporting", "One HTML page of runs, a bench or a plan: opens offline."
            ),
            "serve": Listed("serving", "Runs as pages in a browser of this machine, live."),
            "export": Listed("exporting", "Write a run's log in a plain format."),
        },
        "Measure": {
            "measure": Listed("measuring", "Every metric of runs, side by side, from their logs."),
            "compare": Listed("comparing", "One agent against a team on your tasks: a verdict."),
            "bench": Listed("benching", "Run a grid of runs, and write tables of the results."),
            "import": Listed(
                "importing", "Published runs: every finding again, and what it hides."
            ),
            "fit": Listed("fitting", "Which law of scaling measurements follow, and how well."),
            "calibrate": Listed(
                "calibrating", "Fit a simulated model to runs, ours or published ones."
            ),
            "generate": Listed("generating", "Write a made-up project of any size and shape."),
        },
    }
)

COMMANDS: Mapping[str, Listed] = MappingProxyType(
    {name: listed for family in FAMILIES.values() for name, listed in family.items()}
)
