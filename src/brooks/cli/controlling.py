"""`brooks pause`, `cancel` and `requeue`: asking something of a run that another process coordinates."""

from contextlib import closing
from pathlib import Path

import click

from brooks.cli.options import (
    Exit,
    json_option,
    named_run,
    print_json,
    run_argument,
    runs_dir_option,
)
from brooks.core.board import fold
from brooks.core.facts import Outcome
from brooks.core.state import State
from brooks.errors import UsageError
from brooks.log.codec import Codec
from brooks.log.control import post
from brooks.log.lock import writer_pid
from brooks.log.sqlite import SqliteLog
from brooks.runtime.controls import control_request
from brooks.runtime.run_folder import RunFolder


@click.command("pause")
@run_argument
@runs_dir_option
@json_option
def pause_command(run: str, *, runs_dir: Path, as_json: bool) -> int:
    """Let a run start nothing new; `brooks resume` ends the pause.

    Replies that are under way are kept.
    """
    folder = named_run(runs_dir, run)
    if writer_pid(folder.log) is None:
        raise UsageError(f"nobody works on the run {folder.id!r}, so there is nothing to pause")
    ask(folder, "pause", as_json=as_json)
    return Exit.DONE


@click.command("cancel")
@run_argument
@click.argument("task", metavar="[TASK]", required=False)
@runs_dir_option
@json_option
def cancel_command(run: str, *, task: str | None, runs_dir: Path, as_json: bool) -> int:
    """Cancel a run, or one of its tasks and with it what depends on that task."""
    folder = named_run(runs_dir, run)
    if task is None and writer_pid(folder.log) is None:
        raise UsageError(f"nobody works on the run {folder.id!r}, so there is nothing to cancel")
    ask(folder, "cancel", task, as_json=as_json)
    return Exit.DONE


@click.command("requeue")
@run_argument
@click.argument("task", metavar="TASK")
@runs_dir_option
@json_option
def requeue_command(run: str, *, task: str, runs_dir: Path, as_json: bool) -> int:
    """Offer a task again with all its attempts: one that failed, was cancelled, or is held too long."""
    ask(named_run(runs_dir, run), "requeue", task, as_json=as_json)
    return Exit.DONE


def ask(folder: RunFolder, action: str, task: str | None = None, *, as_json: bool) -> None:
    """Post a request, and say when it has its effect.

    Raises:
        UsageError: The run is over for good, or has no such task.
    """
    state = read_state(folder)
    if state.finished is not None and state.finished[0] is Outcome.DONE:
        raise UsageError(f"the run {folder.id!r} is done: there is nothing to {action}")
    if task is not None and task not in state.tasks:
        known = ", ".join(list(state.tasks)[:5]) + (" …" if len(state.tasks) > 5 else "")
        raise UsageError(f"the run {folder.id!r} has no task {task!r}: it has {known}")
    number = post(folder.log, control_request(action, task))
    pid = writer_pid(folder.log)
    if as_json:
        alive = pid is not None
        print_json(
            {"run": folder.id, "request": number, "action": action, "task": task, "alive": alive}
        )
        return
    what = f"{action} {task}" if task else action
    if pid is None:
        when = f"nobody works on the run now: it has its effect on `brooks resume {folder.id}`"
    elif folder.manifest().get("clock") == "virtual":
        when = (
            f"process {pid} computes the run under the virtual clock and takes nothing meanwhile: "
            f"it has its effect on `brooks resume {folder.id}`"
        )
    else:
        when = f"process {pid} works on the run and takes it within a second"
    click.echo(f"asked: {what}: {when}")


def read_state(folder: RunFolder) -> State:
    """The state that a run's log gives."""
    with closing(SqliteLog.open_reader(folder.log)) as log:
        return fold(Codec().decode_all(log.read()))
