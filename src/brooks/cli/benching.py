"""`brooks bench`: a grid of runs from an experiment file, with tables and a manifest at the end."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from brooks.bench.experiment import (
    Estimate,
    Finished,
    Past,
    estimate,
    read_experiment,
    read_manifest,
    read_tables,
    run_experiment,
)
from brooks.bench.experiment.grid import Grid
from brooks.bench.experiment.inputs import canonical_model, is_computed
from brooks.bench.experiment.manifest import differences, unequal_tables
from brooks.bench.experiments import PAPER, experiment_file
from brooks.cli.ending import say
from brooks.cli.engines import Where
from brooks.cli.grids import (
    FOLDER,
    BenchProgress,
    confirm,
    estimate_facts,
    estimate_lines,
    grid_options,
    print_finished,
    require_tables,
)
from brooks.cli.options import COUNT, Exit, json_option, note, print_json
from brooks.cli.showing_verdicts import placed_facts
from brooks.cli.studying import checked, print_study, study_beside, study_facts
from brooks.errors import UsageError
from brooks.spec.experiment import Experiment

if TYPE_CHECKING:
    from brooks.bench.comparing import Placed

STOPPING = "stopping: replies in flight are waited for; Ctrl-C again stops at once"


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
    where: Where,
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
    where.ensure_usable()
    require_tables()
    with where.opened(jobs=jobs) as engine:
        guess = estimate(experiment, out, jobs=engine.width())
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
                engine=engine,
                on_progress=progress.show,
                on_stop=lambda: note(STOPPING),
                keep_logs=keep_logs,
            )
    unequal = None if past is None else unequal_tables(past, finished.tables)
    against = _against_baseline(experiment, out) if finished.is_complete else ()
    study = study_beside(out, published) if is_study and finished.is_complete else ()
    if as_json:
        facts = finished_facts(experiment, guess, finished, unequal)
        facts["against_baseline"] = list(map(placed_facts, against))
        print_json({**facts, "study": study_facts(study)} if is_study else facts)
    else:
        print_finished(experiment, finished)
        for each in against:
            say(f"{each.project}/{each.structure}, {each.model}: {each.verdict.sentence}")
        _say_reproduced(past, unequal, finished)
        if study:
            print_study(study, simulated=all(map(is_computed, experiment.models)))
    return _exit_of(finished, unequal)


def _with(experiment: Experiment, models: tuple[str, ...], repetitions: int | None) -> Experiment:
    """The experiment with what the command line says in place of the file."""
    if models:
        experiment = replace(experiment, models=tuple(dict.fromkeys(map(canonical_model, models))))
    return experiment if repetitions is None else replace(experiment, repetitions=repetitions)


def _against_baseline(experiment: Experiment, out: Path) -> "tuple[Placed, ...]":
    from brooks.bench.comparing import against_baseline

    return against_baseline(read_tables(out), experiment)


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


def _exit_of(finished: Finished, unequal: list[str] | None) -> int:
    if finished.is_interrupted:
        return Exit.INTERRUPTED
    return Exit.DONE if finished.is_complete and not unequal else Exit.FAILED


def _show_dry(experiment: Experiment, guess: Estimate, *, as_json: bool) -> None:
    if as_json:
        print_json(estimate_facts(guess))
        return
    for line in estimate_lines(experiment, guess):
        click.echo(line)


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
