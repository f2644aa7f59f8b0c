"""What is said when a run has ended, or was shown to its end: the facts, the places, what to type next."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from brooks.analysis.summary import Summary
from brooks.cli.opening import workspace_path
from brooks.cli.options import EXIT_OF_OUTCOME, Exit, print_json
from brooks.core.facts import Outcome
from brooks.report.terminal import print_summary
from brooks.runtime.run_folder import RUNS_DIR, RunFolder

PIPE_WIDTH = 160
"""Columns of a table that no terminal cuts."""


def results_console() -> Console:
    """Where results are printed: standard output, wide enough for a table where no terminal is."""
    return Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False)


def end_run(folder: RunFolder, summary: Summary, *, position: int, as_json: bool) -> int:
    """Keep the facts for lists of runs, print them, and give the exit code."""
    facts = folder.manifest()
    facts["end"] = {"position": position, **listed_facts(summary)}
    folder.write_manifest(facts)
    if as_json:
        print_json(run_facts(folder, facts, summary))
    else:
        print_run(folder, facts, summary)
    return Exit.FAILED if summary.outcome is None else EXIT_OF_OUTCOME[summary.outcome]


def listed_facts(summary: Summary) -> dict[str, Any]:
    """What a list of runs shows of one."""
    return {
        "outcome": None if summary.outcome is None else summary.outcome.value,
        "phase": summary.phase.value,
        "done": len(summary.tasks.done),
        "verified": summary.tasks.verified,
        "total": summary.tasks.total,
        "seconds": summary.run_seconds,
        "tokens": summary.tokens,
    }


def run_facts(folder: RunFolder, facts: Mapping[str, Any], summary: Summary) -> dict[str, Any]:
    """One run as JSON values."""
    return {
        "run": folder.id,
        "folder": str(folder.path),
        "workspace": str(workspace_path(folder, facts)),
        "team": facts.get("team"),
        "project": facts.get("project"),
        "started": facts.get("started"),
        **summary.to_json(),
    }


def print_run(folder: RunFolder, facts: Mapping[str, Any], summary: Summary) -> None:
    """One run for a person."""
    console = results_console()
    print_summary(
        summary, console, log=str(folder.log), next_commands=next_commands(folder, summary)
    )
    sources = sorted({source for source in (facts.get("prices") or {}).values() if source})
    if summary.spending.total.dollars and sources:
        click.echo(f"  {'prices':<12}{', '.join(sources)}")
    files = workspace_path(folder, facts)
    where = str(files)
    if not facts.get("writes_back", True):
        where = f"{where} was left as it is; results are in the log"
    click.echo(f"  {'files':<12}{where}")
    if summary.simulated:
        click.echo(
            f"  {'simulated':<12}simulated model: times and tokens are computed, not measured"
        )


def next_commands(folder: RunFolder, summary: Summary) -> list[str]:
    """What a user may want to type next."""
    where = "" if folder.path.parent == RUNS_DIR else f" --runs-dir {quoted(folder.path.parent)}"
    commands = [f"brooks show {folder.id} --events{where}", f"brooks audit {folder.id}{where}"]
    if summary.outcome is not Outcome.DONE:
        commands.insert(0, f"brooks resume {folder.id}{where}")
    return commands


def quoted(path: Path) -> str:
    """A path as a shell takes it."""
    from shlex import quote

    return quote(str(path))
