"""`brooks run`: a team on a task file or a bundled suite."""

import dataclasses
from pathlib import Path
from typing import Literal

import click

from brooks.cli.assembling import MODELS, Limits, Prepared, Wanted, prepare
from brooks.cli.clustering import connected, ensure_possible
from brooks.cli.ending import end_run
from brooks.cli.engines import HERE, Where, team_engine_options
from brooks.cli.opening import Watcher, opened_new
from brooks.cli.options import (
    COUNT,
    POSITIVE,
    budget_options,
    json_option,
    note,
    runs_dir_option,
)
from brooks.cli.sizes import SIZE
from brooks.cli.steering import RequestsByKey, interrupt_this_process
from brooks.cli.tracing import NO_TRACING, Tracing, otlp_options, traced
from brooks.core.spec import Budget, Spec
from brooks.report.live.expecting import expected_of
from brooks.report.terminal import Progress
from brooks.report.wording import sized
from brooks.runtime.beginnings import models_of, own_signals
from brooks.runtime.governor import LaneView
from brooks.runtime.run_folder import RunFolder
from brooks.runtime.running import start
from brooks.spec.sizes import Bounds

STOPPING = "stopping: replies in flight are waited for; Ctrl-C again stops at once, `brooks resume` goes on"


@click.command("run")
@click.argument("tasks", metavar="TASKS")
@click.option("-t", "--team", help="A preset, PRESET:N, or the path of a team file.")
@click.option(
    "-n",
    "--agents",
    type=SIZE,
    help="How many agents, or the fewest and the most (1-8), where the team has no size.",
)
@click.option("-m", "--model", help=f"The model: {MODELS}.")
@click.option("--seed", type=int, default=0, show_default=True, help="What every draw comes from.")
@budget_options
@click.option("--rpm", type=COUNT, help="The most requests to the model in any minute.")
@click.option("--tpm", type=COUNT, help="The most tokens in any minute, in and out.")
@click.option("--concurrency", type=COUNT, help="The most requests to the model at once.")
@click.option("--fallback", help="The model to ask when the first cannot be reached.")
@click.option(
    "--stream/--no-stream", default=None, help="Whether replies are read as they are written."
)
@click.option(
    "--prompts", type=click.Path(path_type=Path), help="A folder with prompt templates of yours."
)
@click.option(
    "--faults", type=click.Path(path_type=Path), help="A file of what is to go wrong, and when."
)
@click.option(
    "--checks",
    type=click.Choice(["real", "modelled"]),
    default="real",
    show_default=True,
    help="Run the checks, or compare with the reference solutions and leave all files alone.",
)
@click.option(
    "--clock",
    type=click.Choice(["real", "virtual"]),
    help="Real or virtual time; virtual if every model is simulated or recorded.",
)
@click.option(
    "--time-scale",
    type=POSITIVE,
    default=1.0,
    show_default=True,
    help="Under the real clock, what simulated latencies are multiplied by.",
)
@click.option(
    "--workspace",
    type=click.Path(path_type=Path),
    help="The folder to work on, instead of the task file's; for a suite, a new one.",
)
@click.option(
    "--into", help="On a git repository: the branch for the results, instead of 'brooks/RUN'."
)
@click.option(
    "--worktrees",
    is_flag=True,
    help="On a git repository: command-line agents work in checkouts of it, with its history. From "
    "there they can reach your branches and settings; in the usual copies they cannot.",
)
@team_engine_options
@click.option(
    "--log-copy",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="A folder of runs on another disk, in which the log is kept too.",
)
@otlp_options
@runs_dir_option
@click.option("--run-id", callback=lambda _, __, value: _checked_id(value), help="The run's name.")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
@json_option
def run_command(
    tasks: str,
    *,
    team: str | None,
    agents: int | Bounds | None,
    model: str | None,
    seed: int,
    budget: Budget,
    rpm: int | None,
    tpm: int | None,
    concurrency: int | None,
    fallback: str | None,
    stream: bool | None,
    prompts: Path | None,
    faults: Path | None,
    checks: Literal["real", "modelled"],
    clock: Literal["real", "virtual"] | None,
    time_scale: float,
    workspace: Path | None,
    into: str | None,
    worktrees: bool,
    where: Where,
    log_copy: Path | None,
    tracing: Tracing,
    runs_dir: Path,
    run_id: str | None,
    quiet: bool,
    as_json: bool,
) -> int:
    """Run a team on TASKS, a task file or the name of a bundled suite.

    A bundled suite runs with a simulated model under the virtual clock, on a copy of its files. A
    task file of your own needs a model, by -m or in the file. Ctrl-C winds the run down; `brooks
    resume` goes on with it.
    """
    prepared = prepare(
        Wanted(
            tasks=tasks,
            team=team,
            agents=agents,
            model=model,
            seed=seed,
            budget=budget,
            limits=Limits(
                requests_per_minute=rpm,
                tokens_per_minute=tpm,
                concurrency=concurrency,
                fallback=fallback,
                stream=stream,
            ),
            prompts=prompts,
            faults=faults,
            checks=checks,
            clock=clock,
            time_scale=time_scale,
            workspace=workspace,
            into=into,
            worktrees=worktrees,
            runs=runs_dir,
            is_remote=where.is_remote,
        )
    )
    for text in prepared.notes:
        note(f"note: {text}")
    ensure_possible(where, prepared.spec, worktrees=worktrees)
    return run(
        prepared,
        run_id=run_id,
        quiet=quiet,
        as_json=as_json,
        tracing=tracing,
        where=where,
        log_copy=log_copy,
    )


def run(
    prepared: Prepared,
    *,
    run_id: str | None,
    quiet: bool,
    as_json: bool,
    tracing: Tracing = NO_TRACING,
    where: Where = HERE,
    log_copy: Path | None = None,
) -> int:
    """Run, show how it goes, and say how it went."""
    spec = prepared.spec
    progress = Progress(title=title(prepared), simulated=prepared.is_simulated, quiet=quiet)
    progress.summary.clock, progress.summary.model = spec.clock, spec.model
    watcher = watcher_of(progress)
    with (
        connected(where) as hosting,
        opened_new(prepared, run_id=run_id, watcher=watcher, log_copy=log_copy) as opened,
        traced(opened.folder, tracing),
        own_signals(),
        steered(progress, opened.folder, spec),
    ):
        around = dataclasses.replace(opened.around, hosting=hosting)
        state = start(spec, dict(prepared.blobs), around)
    return end_run(opened.folder, spec, progress.summary, state=state, as_json=as_json)


def watcher_of(progress: Progress) -> Watcher:
    """Who looks on while a run is shown."""

    def show_lanes(lanes: tuple[LaneView, ...]) -> None:
        progress.lanes = lanes

    return Watcher(
        on_record=progress.on_record,
        on_stop=lambda: progress.say(STOPPING),
        on_note=progress.tell,
        on_lanes=show_lanes if progress.is_live else None,
    )


def steered(progress: Progress, folder: RunFolder, spec: Spec) -> Progress:
    """Give a live view its keys, and the plan that was made for these tasks."""
    if progress.is_live:
        progress.expected = expected_of(spec)
        progress.controls = RequestsByKey(
            lambda: folder,
            leave=interrupt_this_process,
            leave_words="stop the run, as Ctrl-C does (it asks first)",
            leave_question=f"stop the run, as Ctrl-C does? `brooks resume {folder.id}` goes on. y / n",
        )
    return progress


def title(prepared: Prepared) -> str:
    """What runs, in a line."""
    return f"{prepared.tasks}: {title_of(prepared.spec, simulated=prepared.is_simulated)}"


def title_of(spec: Spec, *, simulated: bool) -> str:
    """A team and its models, in a few words."""
    return (
        f"{len(spec.tasks)} tasks, {spec.team.preset} with {sized(spec.team.size)}, "
        f"{'simulated model ' if simulated else ''}{', '.join(models_of(spec))}, {spec.clock} clock"
    )


def _checked_id(value: str | None) -> str | None:
    """Refuse an id that is no plain name of a folder, or means something else."""
    if value is None:
        return None
    if value == "latest" or value.startswith((".", "-")) or not value.isprintable() or "/" in value:
        raise click.BadParameter(
            f"{value!r} cannot be a run's id: use letters, digits, '-' and '_'"
        )
    if not value.strip() or len(value) > 100:
        raise click.BadParameter("a run's id has between 1 and 100 characters")
    return value
