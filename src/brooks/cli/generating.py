"""`brooks generate`: a made-up project of any size and shape, with checks and reference solutions."""

from pathlib import Path

import click

from brooks.bench.generating import generate, write_suite
from brooks.cli.options import COUNT, Exit, json_option, note, print_json

SHARE = click.FloatRange(0.0, 1.0)
NONE_OR_MORE = click.IntRange(min=0)


@click.command("generate")
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option("--tasks", type=COUNT, default=20, show_default=True, help="How many tasks.")
@click.option(
    "-p", "--parallel-fraction", type=SHARE, help="(N - C)/N, with C tasks on the longest chain."
)
@click.option("--width", type=COUNT, help="The most tasks that can be worked on at once.")
@click.option(
    "--effort-spread",
    type=click.FloatRange(min=0.0),
    default=0.0,
    show_default=True,
    help="Coefficient of variation of the tasks' efforts.",
)
@click.option(
    "--shared-files",
    type=NONE_OR_MORE,
    default=0,
    show_default=True,
    help="Files that several tasks each add a part to.",
)
@click.option(
    "--tasks-per-file", type=COUNT, default=4, show_default=True, help="Tasks that add to each."
)
@click.option(
    "--further",
    type=click.FloatRange(min=0.0),
    default=0.3,
    show_default=True,
    help="Dependencies that a task has beside the one in its chain, on average.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="What every draw comes from.")
@json_option
def generate_command(
    folder: Path,
    *,
    tasks: int,
    parallel_fraction: float | None,
    width: int | None,
    effort_spread: float,
    shared_files: int,
    tasks_per_file: int,
    further: float,
    seed: int,
    as_json: bool,
) -> int:
    """Write a made-up project into FOLDER, new or empty: the same options give the same bytes."""
    made = generate(
        tasks=tasks,
        parallel_fraction=parallel_fraction,
        width=width,
        effort_spread=effort_spread,
        shared_files=shared_files,
        tasks_per_file=tasks_per_file,
        further=further,
        seed=seed,
    )
    path = write_suite(folder, made)
    shape = made.shape
    facts = {
        "file": str(path),
        "tasks": shape.tasks,
        "longest_chain": shape.longest,
        "width": shape.width,
        "parallel_fraction": shape.parallel_fraction,
        "seed": seed,
    }
    if as_json:
        print_json(facts)
    else:
        click.echo(
            f"{path}: {shape.tasks} tasks, {shape.longest} on the longest chain, at most "
            f"{shape.width} at once, p = {shape.parallel_fraction:.3g}"
        )
        note(f"next        brooks run {path} -m sim:typical")
    return Exit.DONE
