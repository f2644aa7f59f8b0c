"""`brooks runs` and `brooks show`: what runs there are, and what happened in one."""

from contextlib import closing
from pathlib import Path
from typing import Any

import click
import msgspec

from brooks.cli.concerning import Concerned
from brooks.cli.ending import print_run, results_console, run_facts
from brooks.cli.options import (
    Exit,
    json_option,
    list_runs,
    named_run,
    note,
    print_json,
    run_argument,
    runs_dir_option,
)
from brooks.cli.reading import ReadRun, read_run
from brooks.core.events import Record
from brooks.errors import BrooksError, UsageError
from brooks.log.lock import writer_pid
from brooks.log.sqlite import SqliteLog
from brooks.report.results import listed_facts
from brooks.report.terminal import RunRow, describe, print_runs
from brooks.runtime.run_folder import RunFolder


@click.command("runs")
@runs_dir_option
@json_option
def runs_command(*, runs_dir: Path, as_json: bool) -> int:
    """List the runs, oldest first."""
    found = [facts for run in list_runs(runs_dir) if (facts := _listed(run)) is not None]
    found.sort(key=lambda facts: (facts["started"], facts["run"]))
    if as_json:
        print_json(found)
    else:
        print_runs([_row(facts) for facts in found], results_console())
    return Exit.DONE


def _listed(run: RunFolder) -> dict[str, Any] | None:
    """What the list shows of one run; None, with a note, when its log cannot be read."""
    try:
        facts = run.manifest()
        end = _end(run, facts)
        alive = writer_pid(run.log) is not None
    except BrooksError as error:
        note(f"note: {run.id} is left out: {error}")
        return None
    unfinished = end["phase"] if alive else "stopped"
    return {
        "run": run.id,
        "state": end["outcome"] if end["phase"] == "finished" else unfinished,
        "alive": alive,
        "started": str(facts.get("started", "")),
        "project": str(facts.get("project", "")),
        "team": f"{facts.get('team', '?')}:{facts.get('size', facts.get('agents', '?'))}",
        "models": facts.get("models", []),
        "simulated": bool(facts.get("simulated")),
        **{name: end[name] for name in ("done", "verified", "total", "seconds", "tokens")},
    }


def _end(run: RunFolder, facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of a run's end: those that were kept when it ended, unless the log has grown since."""
    kept = facts.get("end")
    with closing(SqliteLog.open_reader(run.log)) as log:
        if isinstance(kept, dict) and kept.get("position") == log.last_position():
            return kept
    return listed_facts(read_run(run).summary())


def _row(facts: dict[str, Any]) -> RunRow:
    return RunRow(
        **{name: facts[name] for name in RunRow.__dataclass_fields__},
    )


@click.command("show")
@run_argument
@click.option("--events", is_flag=True, help="List the events instead of the summary.")
@click.option("--task", metavar="ID", help="Only events about this task.")
@click.option("--agent", metavar="ID", help="Only events about this agent.")
@runs_dir_option
@json_option
def show_command(
    run: str, *, events: bool, task: str | None, agent: str | None, runs_dir: Path, as_json: bool
) -> int:
    """Show a run: its summary, or its events, one a line with position, seconds and what happened."""
    found = read_run(named_run(runs_dir, run))
    if events or task is not None or agent is not None:
        records = _chosen(found, task=task, agent=agent)
        if as_json:
            print_json([event_facts(record) for record in records])
        else:
            for record in records:
                click.echo(f"{record.position:6} {record.time:10.1f} s  {describe(record)}")
    elif as_json:
        merged = found.state.commits
        print_json(run_facts(found.folder, found.manifest, found.summary(), merged=merged))
    else:
        print_run(found.folder, found.manifest, found.summary(), merged=found.state.commits)
    return Exit.DONE


def _chosen(found: ReadRun, *, task: str | None, agent: str | None) -> list[Record]:
    """The records about a task and an agent.

    Raises:
        UsageError: The run has no such task or agent.
    """
    members = [member.id for member in found.spec.team.members]
    for name, what, known in (
        (task, "task", list(found.state.tasks)),
        (agent, "agent", members),
    ):
        if name is not None and name not in known:
            few = ", ".join(known[:8]) + (" …" if len(known) > 8 else "")
            raise UsageError(f"the run {found.folder.id!r} has no {what} {name!r}: it has {few}")
    concerned = Concerned()
    chosen = []
    for record in found.records:
        about = concerned.by(record)
        if (task is None or task in about.tasks) and (agent is None or agent in about.agents):
            chosen.append(record)
    return chosen


def event_facts(record: Record) -> dict[str, Any]:
    """A record as JSON values, with the sentence that says it."""
    return {
        "position": record.position,
        "time": record.time,
        "cause": record.cause,
        "kind": type(record.event).__name__,
        "event": msgspec.to_builtins(record.event),
        "text": describe(record),
    }
