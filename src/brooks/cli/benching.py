"""`brooks bench`: a grid of runs from an experiment file, with tables and a manifest at the end."""

import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import click
import rich.progress
from msgspec.structs import replace
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from brooks.bench.experiment import (
    CellSummary,
    Estimate,
    Finished,
    Past,
    Step,
    estimate,
    read_experiment,
    read_manifest,
    run_experiment,
)
from brooks.bench.experiment.grid import Grid
from brooks.bench.experiment.inputs import canonical_model, is_computed
from brooks.bench.experiment.manifest import FILE, differences, unequal_tables
from brooks.bench.experiments import PAPER, experiment_file
from brooks.cli.ending import results_console
from brooks.cli.options import COUNT, Command, Exit, json_option, note, print_json
from brooks.cli.studying import checked, print_study, study_beside, study_facts
from brooks.errors import UsageError
from brooks.spec.experiment import Experiment

STOPPING = "stopping: replies in flight are waited for; Ctrl-C again stops at once"
FOLDER = Path(".brooks") / "bench"
SECONDS_BETWEEN_LINES = 10.0
"""How often it is said how far the experiment is, where no terminal shows it."""
MOST_FAILURES = 10
"""Runs that could not be made that are named one by one."""


def grid_options(command: Command) -> Command:
    """Add how a grid of runs is made: `--jobs`, `--dry-run`, `--yes` and `--quiet`."""
    for option in reversed(_GRID_OPTIONS):
        command = option(command)
    return command


_GRID_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "-j", "--jobs", type=COUNT, help="How many processes work; one a core if left out."
    ),
    click.option(
        "--dry-run", is_flag=True, help="Only say how many runs, how long, and at what cost."
    ),
    click.option(
        "-y", "--yes", is_flag=True, help="Do not ask before models that cost something run."
    ),
    click.option("-q", "--quiet", is_flag=True, help="Show no progress."),
)


@click.command("bench")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "-m",
    "--model",
    "models",
    multiple=True,
    help="A model in place of the file's; may be repeated.",
)
@click.option("--repetitions", type=COUNT, help="Repetitions in place of the file's.")
@click.option(
    "--published",
    type=click.Path(path_type=Path),
    help="For `bench paper`: the folder of the published runs, whose findings stand beside ours.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The folder of results, where the same experiment goes on if it is there already; "
    f"'{FOLDER}/NAME' if left out.",
)
@click.option(
    "--keep-logs",
    is_flag=True,
    help="Keep the log of each simulated run, as JSON lines, in 'logs/'.",
)
@grid_options
@json_option
def bench_command(
    file: Path,
    *,
    models: tuple[str, ...],
    repetitions: int | None,
    published: Path | None,
    output: Path | None,
    jobs: int | None,
    dry_run: bool,
    yes: bool,
    keep_logs: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Run the grid of an experiment FILE, or what is missing of it, and write tables of the results.

    FILE may be `paper`: then the published study is repeated (arXiv 2603.12229), and each of its
    findings is printed beside ours. It may be the manifest.json of an earlier bench: it is then made
    again, in another folder, and the tables are compared. Ctrl-C stops it; the same command goes on
    where it stopped.
    """
    is_study = str(file) == PAPER and not file.is_file()
    if published is not None:
        _refuse_published(published, is_study=is_study)
    file = experiment_file(file)
    past = read_manifest(file)
    experiment = (
        _with(read_experiment(file), models, repetitions) if past is None else past.experiment
    )
    out = output or FOLDER / (experiment.name if past is None else f"{experiment.name}-again")
    _refuse(past, out)
    guess = estimate(experiment, out, jobs=jobs)
    if dry_run:
        _show_dry(experiment, guess, as_json=as_json)
        return Exit.DONE
    if not quiet:
        for line in estimate_lines(experiment, guess):
            note(line)
    confirm(guess, yes=yes)
    with BenchProgress(quiet=quiet) as progress:
        finished = run_experiment(
            experiment,
            out,
            jobs=jobs,
            on_progress=progress.show,
            on_stop=lambda: note(STOPPING),
            keep_logs=keep_logs,
        )
    unequal = None if past is None else unequal_tables(past, finished.tables)
    study = study_beside(out, published) if is_study and finished.is_complete else ()
    if as_json:
        facts = finished_facts(experiment, guess, finished, unequal)
        print_json({**facts, "study": study_facts(study)} if is_study else facts)
    else:
        print_finished(experiment, finished)
        _say_reproduced(past, unequal, finished)
        if study:
            print_study(study, simulated=all(map(is_computed, experiment.models)))
    return _exit_of(finished, unequal)


def _with(experiment: Experiment, models: tuple[str, ...], repetitions: int | None) -> Experiment:
    """The experiment with what the command line says in place of the file."""
    if models:
        experiment = replace(experiment, models=tuple(dict.fromkeys(map(canonical_model, models))))
    return experiment if repetitions is None else replace(experiment, repetitions=repetitions)


def _refuse_published(published: Path, *, is_study: bool) -> None:
    if not is_study:
        raise UsageError("--published is for `brooks bench paper`, which repeats that study")
    checked(published)


def _refuse(past: Past | None, out: Path) -> None:
    if past is not None and out.resolve() == past.path.parent.resolve():
        raise UsageError(
            f"{str(out)!r} holds the results of this manifest: name another folder with -o, to make "
            "them again"
        )
    if find_spec("polars") is None:
        raise UsageError(
            "`brooks bench` writes tables with polars, which is not installed: pip install 'brooks[data]'"
        )


def _exit_of(finished: Finished, unequal: list[str] | None) -> int:
    if finished.is_interrupted:
        return Exit.INTERRUPTED
    return Exit.DONE if finished.is_complete and not unequal else Exit.FAILED


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


def _show_dry(experiment: Experiment, guess: Estimate, *, as_json: bool) -> None:
    if as_json:
        print_json(estimate_facts(guess))
        return
    for line in estimate_lines(experiment, guess):
        click.echo(line)


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
    if any(model.startswith("sim:") for model in experiment.models):
        click.echo("simulated models: their times and tokens are computed, not measured")
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
    table = Table(box=None, pad_edge=False, header_style="bold")
    has_faults = any(cell.faults for cell in cells)
    has_dollars = any(cell.dollars for cell in cells)
    for name in ("suite", "model", *(("faults",) if has_faults else ()), "team"):
        table.add_column(name)
    for name in ("size", "runs", "verified", "median s", "median tokens"):
        table.add_column(name, justify="right")
    if has_dollars:
        table.add_column("dollars", justify="right")
    for cell in cells:
        row = [f"{cell.project}/{cell.structure}", cell.model]
        row += [cell.faults] if has_faults else []
        row += [cell.team, str(cell.size), str(cell.runs), f"{cell.verified:.0%}"]
        row += [_number(cell.median_seconds, ".1f"), _number(cell.median_tokens, ",.0f")]
        row += [_number(cell.dollars, ".4f")] if has_dollars else []
        table.add_row(*map(escape, row))
    return table


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def _say_reproduced(past: Past | None, unequal: list[str] | None, finished: Finished) -> None:
    """Say whether an experiment that was made again came out the same."""
    if past is None:
        return
    if not unequal:
        click.echo(f"the tables are equal to those of {past.path}")
        return
    click.echo(f"the tables differ from those of {past.path}: {', '.join(unequal)}")
    for text in differences(past, Grid(past.experiment, finished.out)):
        note(f"note: {text}")


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


def finished_facts(
    experiment: Experiment, guess: Estimate, finished: Finished, unequal: list[str] | None
) -> dict[str, Any]:
    """What came of an experiment as JSON values."""
    facts = {
        "name": experiment.name,
        "output": str(finished.out),
        "planned": finished.planned,
        "done": finished.done,
        "made_now": finished.made_now,
        "missing": finished.missing,
        "interrupted": finished.is_interrupted,
        "failures": [failed._asdict() for failed in finished.failures],
        "tables": dict(finished.tables),
        "made_by": list(finished.made_by),
        "estimate": estimate_facts(guess),
        "cells": [cell._asdict() for cell in finished.cells],
    }
    return facts if unequal is None else {**facts, "reproduced": not unequal, "unequal": unequal}
