"""What many commands have in common: their options, the run they are about, how they print.

Data goes to stdout and everything else to stderr, so that `brooks … --json | …` reads one JSON
document.
"""

import json
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Any, TypeVar

import click

from brooks.core.facts import Outcome
from brooks.errors import OutsideError, UsageError
from brooks.runtime.run_folder import RUNS_DIR, RunFolder, all_runs, find_run

Command = TypeVar("Command", bound=Callable[..., Any])


class Exit(IntEnum):
    """What a command leaves with."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    BUDGET = 3
    OUTSIDE = 4
    UNDECIDED = 5
    INTERRUPTED = 130


EXIT_OF_OUTCOME = {
    Outcome.DONE: Exit.DONE,
    Outcome.FAILED: Exit.FAILED,
    Outcome.BUDGET: Exit.BUDGET,
    Outcome.INTERRUPTED: Exit.INTERRUPTED,
    Outcome.CANCELLED: Exit.FAILED,
}
"""What a run's end means to whoever started it."""


def json_option(command: Command) -> Command:
    """Add `--json`."""
    return click.option(
        "--json",
        "as_json",
        is_flag=True,
        envvar="BROOKS_JSON",
        help="Print the result as one JSON document.",
    )(command)


def runs_dir_option(command: Command) -> Command:
    """Add `--runs-dir`."""
    return click.option(
        "--runs-dir",
        type=click.Path(path_type=Path),
        default=RUNS_DIR,
        show_default=True,
        envvar="BROOKS_RUNS_DIR",
        help="The folder that the runs are in.",
    )(command)


def run_argument(command: Command) -> Command:
    """Add the argument RUN."""
    return click.argument("run", metavar="RUN")(command)


def named_run(runs_dir: Path, name: str) -> RunFolder:
    """The run that the user means: an id, the beginning of one, `latest`, or a run's folder.

    Raises:
        UsageError: There is none, or there are several.
    """
    is_folder = "/" in name and (Path(name) / "run.db").is_file()
    if not is_folder and not list_runs(runs_dir):
        raise UsageError(
            f"there are no runs in {str(runs_dir)!r} yet: start one with `brooks run` or `brooks "
            "demo`, or name the folder they are in with --runs-dir"
        )
    return find_run(runs_dir, name)


def list_runs(runs_dir: Path) -> list[RunFolder]:
    """Every run of a folder, in the order of their names.

    Raises:
        OutsideError: The folder is there and cannot be read.
    """
    try:
        return list(all_runs(runs_dir))
    except OSError as error:
        raise OutsideError(
            f"the folder of runs {str(runs_dir)!r} cannot be read: {error.strerror}: give "
            "permission, or name another with --runs-dir"
        ) from error


def print_json(value: object) -> None:
    """Print the one JSON document of a command."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def note(text: str) -> None:
    """Tell the user something that is not the result."""
    click.echo(text, err=True)
