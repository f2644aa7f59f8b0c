"""A grid of runs on the command line: its options, its estimate, how far it is, and what came of it."""

import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import click
import rich.progress
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from brooks.bench.experiment import CellSummary, Estimate, Finished, Step
from brooks.bench.experiment.manifest import FILE
from brooks.cli.ending import results_console
from brooks.cli.engines import engine_options
from brooks.cli.options import COUNT, Command, note
from brooks.errors import UsageError
from brooks.spec.experiment import Experiment

FOLDER = Path(".brooks") / "bench"
SECONDS_BETWEEN_LINES = 10.0
"""How often it is said how far the experiment is, where no terminal shows it."""
_ALWAYS_SHOWN = frozenset({"suite", "team"})
MOST_FAILURES = 10
"""Runs that could not be made that are named one by one."""


def grid_options(command: Command) -> Command:
    """Add how a grid of runs is made: where, by how many processes, with which questions."""
    for option in reversed(_GRID_OPTIONS):
        command = option(command)
    return command


_GRID_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "-j", "--jobs", type=COUNT, help="How many processes work; one a core if left out."
    ),
    engine_options,
    click.option(
        "--dry-run", is_flag=True, help="Only say how many runs, how long, and at what cost."
    ),
    click.option(
        "-y", "--yes", is_flag=True, help="Do not ask before models that cost something run."
    ),
    click.option("-q", "--quiet", is_flag=True, help="Show no progress."),
)


def require_tables() -> None:
    """Refuse before anything runs what could not be written at the end.

    Raises:
        UsageError: The library that writes tables is not installed.
    """
    if find_spec("polars") is None:
        raise UsageError(
            "results are written as tables with polars, which is not installed: pip install 'brooks[data]'"
        )


def confirm(guess: Estimate, *, yes: bool) -> None:
    """Ask before anything is paid for.

    Raises:
        UsageError: There is nobody to ask.
    """
    if not guess.is_paid or yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("these runs cost money, and there is no terminal to ask: pass --yes")
    click.confirm("These runs cost money. Go on?", abort=True, err=True)


def estimate_lines(experiment: Experiment, guess: Estimate) -> list[str]:
    """What an experiment will take, for a person."""
    cells = guess.planned // experiment.repetitions
    already = (
        f", {guess.planned - guess.missing} already made" if guess.missing < guess.planned else ""
    )
    again = f", {guess.failed} tried again" if guess.failed else ""
    grid = f"{_count(cells, 'cell')} x {_count(experiment.repetitions, 'repetition')}"
    lines = [f"{experiment.name}: {_count(guess.planned, 'run')} ({grid}){already}{again}"]
    if guess.missing:
        lines.append(
            f"  time    about {_time(guess.seconds)} with {_count(guess.jobs, 'job')}, by {guess.rests_on}"
        )
    for cost in guess.costs:
        price = (
            "nobody knows its price"
            if cost.dollars is None
            else f"about ${cost.dollars:,.2f} ({cost.prices})"
        )
        lines.append(
            f"  cost    {cost.model}: {price}; {cost.input_tokens:,} tokens in, "
            f"{cost.output_tokens:,} out"
        )
    if guess.missing and not guess.costs:
        lines.append("  cost    nothing: every model is simulated or scripted")
    return lines


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _time(seconds: float) -> str:
    """Seconds as a person says them."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"


class BenchProgress:
    """Says on standard error how far an experiment is: a bar on a terminal, now and then a line elsewhere."""

    def __init__(self, *, quiet: bool = False, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        self._quiet = quiet
        self._said = 0.0
        self._bar: rich.progress.Progress | None = None
        self._task: rich.progress.TaskID | None = None

    def __enter__(self) -> Self:
        """Begin to show."""
        if not self._quiet and self._console.is_interactive:
            self._bar = rich.progress.Progress(
                rich.progress.TextColumn("{task.completed:,.0f} of {task.total:,.0f} runs"),
                rich.progress.BarColumn(),
                rich.progress.TextColumn("{task.description}"),
                console=self._console,
                transient=True,
            )
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()

    def show(self, step: Step) -> None:
        """Say how far it is."""
        left = "" if step.seconds_left is None else f"{_time(step.seconds_left)} left"
        failed = f", {step.failed} failed" if step.failed else ""
        if self._bar is not None:
            if self._task is None:
                self._task = self._bar.add_task("", total=step.wanted)
            self._bar.update(self._task, completed=step.made, description=left + failed)
        elif not self._quiet and step.seconds - self._said >= SECONDS_BETWEEN_LINES:
            self._said = step.seconds
            self._console.print(f"{step.made:,} of {step.wanted:,} runs{failed}, {left}")


def print_finished(experiment: Experiment, finished: Finished) -> None:
    """What came of an experiment, for a person."""
    console = results_console()
    console.print(_table(finished.cells))
    click.echo("in brackets, where the number may be by 95 %; tokens are the median of a run")
    if any(model.startswith("sim:") for model in experiment.models):
        models = ", ".join(experiment.models)
        click.echo(f"simulated models ({models}): times and tokens are computed, not measured")
    made = f"{finished.done:,} of {finished.planned:,} runs are made"
    missing = f", {finished.missing:,} are missing" if finished.missing else ""
    click.echo(f"{made}{missing}; tables and {FILE} are in {finished.out}")
    if len(finished.made_by) > 1:
        note(f"note: the runs were made by different versions: {', '.join(finished.made_by)}")
    for failed in finished.failures[:MOST_FAILURES]:
        note(f"failed: {failed.text}: {failed.error}")
    if len(finished.failures) > MOST_FAILURES:
        note(f"… and {len(finished.failures) - MOST_FAILURES} more, in {FILE}")
    if not finished.is_complete:
        note("the same command tries again what is missing or failed")


def _table(cells: tuple[CellSummary, ...]) -> Table:
    """A line for each cell; a column that would be the same in every line is left out."""
    columns: dict[str, list[str]] = {
        "suite": [f"{cell.project}/{cell.structure}" for cell in cells],
        "model": [cell.model for cell in cells],
        "faults": [cell.faults or "none" for cell in cells],
        "team": [f"{cell.team}:{cell.size}" for cell in cells],
    }
    shown = {
        name: values
        for name, values in columns.items()
        if name in _ALWAYS_SHOWN or len(set(values)) > 1
    }
    numbers = {
        "runs": [str(cell.runs) for cell in cells],
        "verified": [
            _with_interval(cell.verified, cell.verified_interval, ".0%") for cell in cells
        ],
        "median s": [
            _with_interval(cell.median_seconds, cell.seconds_interval, ".1f") for cell in cells
        ],
        "tokens": [_number(cell.median_tokens, ",.0f") for cell in cells],
    }
    if any(cell.dollars for cell in cells):
        numbers["dollars"] = [_number(cell.dollars, ".4f") for cell in cells]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in shown:
        table.add_column(name, overflow="fold")
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    for row in zip(*shown.values(), *numbers.values(), strict=True):
        table.add_row(*map(escape, row))
    return table


def _with_interval(value: float | None, interval: tuple[float, float] | None, form: str) -> str:
    """A number, with where it may be by 95 % behind it."""
    if value is None or interval is None:
        return _number(value, form)
    low, high = (format(end, form).removesuffix("%") for end in interval)
    return f"{format(value, form)} ({low}-{high})"


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def estimate_facts(guess: Estimate) -> dict[str, Any]:
    """An estimate as JSON values."""
    return {
        "planned": guess.planned,
        "missing": guess.missing,
        "failed_before": guess.failed,
        "jobs": guess.jobs,
        "seconds": guess.seconds,
        "rests_on": guess.rests_on,
        "dollars": guess.dollars if guess.is_paid else 0.0,
        "costs": [cost._asdict() for cost in guess.costs],
    }
