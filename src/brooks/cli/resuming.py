"""`brooks resume`: going on with a run that was paused, interrupted, killed, or came to nothing."""

import dataclasses
from pathlib import Path

import click
from msgspec.structs import replace

from brooks.cli.assembling import refuse_unpriced, replace_budget
from brooks.cli.branching import bring_branch_up
from brooks.cli.clustering import connected, ensure_possible
from brooks.cli.controlling import ask
from brooks.cli.ending import end_run
from brooks.cli.engines import Where, team_engine_options
from brooks.cli.opening import opened_again
from brooks.cli.options import (
    Exit,
    budget_options,
    json_option,
    named_run,
    note,
    run_argument,
    runs_dir_option,
)
from brooks.cli.reading import ReadRun, read_run
from brooks.cli.running import steered, title_of, watcher_of
from brooks.cli.tracing import Tracing, otlp_options, traced
from brooks.core.events import ReplyReceived
from brooks.core.facts import Outcome
from brooks.core.spec import Budget
from brooks.core.state import Phase, Status
from brooks.errors import UsageError
from brooks.log.lock import writer_pid
from brooks.report.terminal import Progress
from brooks.runtime.beginnings import own_signals
from brooks.runtime.running import resume


@click.command("resume")
@run_argument
@budget_options
@click.option(
    "--workspace",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Where the run's files are now, if they were moved.",
)
@team_engine_options
@click.option(
    "--log-copy",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where the log is kept too from now on; where it was, if left out.",
)
@click.option("--no-log-copy", is_flag=True, help="Keep the log in one place from now on.")
@otlp_options
@runs_dir_option
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
@json_option
def resume_command(
    run: str,
    *,
    budget: Budget,
    workspace: Path | None,
    where: Where,
    log_copy: Path | None,
    no_log_copy: bool,
    tracing: Tracing,
    runs_dir: Path,
    quiet: bool,
    as_json: bool,
) -> int:
    """Go on with a run after a pause, a Ctrl-C, a crash or a failure, paying for nothing twice.

    What is done stays done, and replies that are in the log are not asked for again. A request that
    had no answer when the run stopped is asked once more. A budget given here is for the whole run,
    what is spent included.
    """
    folder = named_run(runs_dir, run)
    past = read_run(folder)
    pid = writer_pid(folder.log)
    if pid is not None:
        if past.state.phase is not Phase.PAUSED:
            raise UsageError(f"process {pid} works on the run {folder.id!r}: it needs no resume")
        ask(folder, "continue", as_json=as_json)
        return Exit.DONE
    if past.state.finished is not None and past.state.finished[0] is Outcome.DONE:
        if not bring_branch_up(past, workspace=workspace):
            note(f"the run {folder.id!r} is done: there is nothing to go on with")
        return end_run(folder, past.spec, past.summary(), state=past.state, as_json=as_json)
    limits = _budget(past, budget)
    for line in what_is_kept(past):
        note(line)
    ensure_possible(where, past.spec, worktrees=bool(folder.manifest().get("worktrees")))
    return _go_on(
        past,
        limits,
        workspace=workspace,
        where=where,
        log_copy=log_copy,
        is_copied=not no_log_copy,
        tracing=tracing,
        quiet=quiet,
        as_json=as_json,
    )


def _budget(past: ReadRun, asked: Budget) -> Budget:
    """The run's limits with the new ones in their place.

    Raises:
        UsageError: The limit that ended the run would end it again at once.
    """
    state = past.state
    if state.finished is not None and state.finished[0] is Outcome.BUDGET and asked == Budget():
        raise UsageError(
            f"{state.finished[1]}: give the run more with --budget (dollars), --budget-tokens, "
            "--budget-minutes or --budget-turns"
        )
    limits = replace_budget(state.budget, asked)
    refuse_unpriced(replace(past.spec, budget=limits))
    return limits


def what_is_kept(past: ReadRun) -> list[str]:
    """What a resume does not do again, and what it may have to ask again."""
    state = past.state
    replies = sum(isinstance(record.event, ReplyReceived) for record in past.records)
    done = state.counts[Status.DONE]
    kept = (
        f"resuming {past.folder.id}: {done} of {len(state.tasks)} tasks are done and skipped, "
        f"{replies} replies are in the log and not asked for again"
    )
    again = [
        f"request {turn.asked} of {turn.turn} ({turn.agent}: {', '.join(turn.tasks)}) had no reply and is "
        "asked again"
        for turn in state.turns.values()
        if turn.in_flight
    ]
    return [kept, *again]


def _go_on(
    past: ReadRun,
    budget: Budget,
    *,
    workspace: Path | None,
    where: Where,
    log_copy: Path | None,
    is_copied: bool,
    tracing: Tracing,
    quiet: bool,
    as_json: bool,
) -> int:
    summary = past.summary()
    title = f"{past.folder.id}: {title_of(past.spec, simulated=summary.simulated)}"
    progress = Progress(title=title, simulated=summary.simulated, quiet=quiet)
    progress.summary.clock, progress.summary.model = summary.clock, summary.model
    progress.recall(past.records)
    again = opened_again(
        past.folder,
        workspace=workspace,
        watcher=watcher_of(progress),
        log_copy=log_copy,
        is_copied=is_copied,
    )
    spans = traced(past.folder, tracing, after=past.state.position)
    steering = steered(progress, past.folder, past.spec)
    with connected(where) as hosting, again as opened, spans, own_signals(), steering:
        around = dataclasses.replace(opened.around, hosting=hosting)
        state = resume(around, budget)
    return end_run(past.folder, past.spec, progress.summary, state=state, as_json=as_json)
