"""What many commands have in common: their options, the run they are about, how they print.

Data goes to stdout and everything else to stderr, so that `brooks … --json | …` reads one JSON
document.
"""

import json
from collections.abc import Callable
from enum import IntEnum
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from brooks.core.facts import Outcome
from brooks.core.spec import Budget
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


POSITIVE = click.FloatRange(min=0, min_open=True)
COUNT = click.IntRange(min=1)
_LIMITS = (
    ("usd", POSITIVE, "Stop before models have cost more than so many dollars."),
    ("tokens", COUNT, "Stop before models have read and written more than so many tokens."),
    ("minutes", POSITIVE, "Stop after so many minutes of the run's time."),
    ("turns", COUNT, "Stop after so many turns."),
)

EXIT_OF_OUTCOME = {
    Outcome.DONE: Exit.DONE,
    Outcome.FAILED: Exit.FAILED,
    Outcome.BUDGET: Exit.BUDGET,
    Outcome.INTERRUPTED: Exit.INTERRUPTED,
    Outcome.OUTSIDE: Exit.OUTSIDE,
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


def budget_options(command: Command) -> Command:
    """Add the limits of a run; the command gets them as one `budget`."""

    @wraps(command)
    def with_budget(
        *arguments: Any,
        budget_usd: float | None,
        budget_tokens: int | None,
        budget_minutes: float | None,
        budget_turns: int | None,
        **options: Any,
    ) -> Any:
        budget = Budget(
            dollars=budget_usd,
            tokens=budget_tokens,
            seconds=None if budget_minutes is None else budget_minutes * 60.0,
            turns=budget_turns,
        )
        return command(*arguments, budget=budget, **options)

    found: Any = with_budget
    for name, kind, text in reversed(_LIMITS):
        names = ("--budget", f"--budget-{name}") if name == "usd" else (f"--budget-{name}",)
        found = click.option(*names, f"budget_{name}", type=kind, help=text)(found)
    return cast(Command, found)


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
