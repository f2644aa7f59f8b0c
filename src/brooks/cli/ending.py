"""What is said when a run has ended, or was shown to its end: the facts, the places, what to type next."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click
from msgspec import to_builtins
from rich.console import Console

from brooks.analysis.summary import Summary
from brooks.cli.branching import Branch, branch_of
from brooks.cli.opening import workspace_path
from brooks.cli.options import EXIT_OF_OUTCOME, Exit, note, print_json
from brooks.core.facts import Outcome
from brooks.core.spec import Spec
from brooks.core.state import State
from brooks.errors import OutsideError
from brooks.plan.outcomes import Happened, hold_against_plan, keep_outcome
from brooks.report.planned import happened_text
from brooks.report.results import listed_facts
from brooks.report.terminal import print_summary
from brooks.runtime.run_folder import RUNS_DIR, RunFolder

PIPE_WIDTH = 160
"""Columns of a table that no terminal cuts."""


def results_console() -> Console:
    """Where results are printed: standard output, wide enough for a table where no terminal is."""
    return Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False)


def say(text: str) -> None:
    """Print a sentence of the results, broken between words where a terminal shows it."""
    results_console().print(text, soft_wrap=not sys.stdout.isatty(), markup=False)


def end_run(folder: RunFolder, spec: Spec, summary: Summary, *, state: State, as_json: bool) -> int:
    """Keep the facts for lists of runs and for plans, print them, and give the exit code."""
    facts = folder.manifest()
    facts["end"] = {"position": state.position, **listed_facts(summary)}
    folder.write_manifest(facts)
    came = _beside_its_plan(folder.id, spec, summary)
    if as_json:
        planned = {} if came is None else {"planned": to_builtins(came)}
        print_json({**run_facts(folder, facts, summary, merged=state.commits), **planned})
    else:
        print_run(folder, facts, summary, merged=state.commits)
        if came is not None:
            click.echo(f"  {'planned':<12}{happened_text(came)}")
    return Exit.FAILED if summary.outcome is None else EXIT_OF_OUTCOME[summary.outcome]


def _beside_its_plan(run: str, spec: Spec, summary: Summary) -> Happened | None:
    """What was predicted of this run and what it came to, kept for later plans; None without a plan."""
    total = summary.spending.total
    came = hold_against_plan(run, spec, summary, dollars=None if total.unpriced else total.dollars)
    if came is not None:
        try:
            keep_outcome(came)
        except OutsideError as error:
            note(f"note: {error}")
    return came


def run_facts(
    folder: RunFolder, facts: Mapping[str, Any], summary: Summary, *, merged: int
) -> dict[str, Any]:
    """One run, in which so many commits were merged, as JSON values."""
    branch = branch_of(folder, facts, merged=merged)
    return {
        "run": folder.id,
        "folder": str(folder.path),
        "workspace": str(workspace_path(folder, facts)),
        "team": facts.get("team"),
        "project": facts.get("project"),
        "started": facts.get("started"),
        **({} if branch is None else branch.to_json()),
        **summary.to_json(),
    }


def print_run(
    folder: RunFolder, facts: Mapping[str, Any], summary: Summary, *, merged: int
) -> None:
    """One run, in which so many commits were merged, for a person."""
    console = results_console()
    branch = branch_of(folder, facts, merged=merged)
    commands = next_commands(folder, summary, branch)
    print_summary(summary, console, log=str(folder.log), next_commands=commands)
    sources = sorted({source for source in (facts.get("prices") or {}).values() if source})
    if summary.spending.total.dollars and sources:
        click.echo(f"  {'prices':<12}{', '.join(sources)}")
    for name, text in _places(folder, facts, branch):
        click.echo(f"  {name:<12}{text}")
    if summary.simulated:
        click.echo(
            f"  {'simulated':<12}simulated model: times and tokens are computed, not measured"
        )


def _places(
    folder: RunFolder, facts: Mapping[str, Any], branch: Branch | None
) -> Iterable[tuple[str, str]]:
    """Where the results are."""
    where = str(workspace_path(folder, facts))
    if branch is not None:
        return branch.lines()
    if not facts.get("writes_back", True):
        where = f"{where} was left as it is; results are in the log"
    return (("files", where),)


def next_commands(folder: RunFolder, summary: Summary, branch: Branch | None = None) -> list[str]:
    """What a user may want to type next."""
    where = "" if folder.path.parent == RUNS_DIR else f" --runs-dir {quoted(folder.path.parent)}"
    commands = [f"brooks {name} {folder.id}{where}" for name in ("report", "show", "audit")]
    if branch is not None:
        commands[:0] = branch.next_commands()
    if summary.outcome is not Outcome.DONE or (branch is not None and branch.behind):
        commands.insert(0, f"brooks resume {folder.id}{where}")
    return commands


def quoted(path: Path) -> str:
    """A path as a shell takes it."""
    from shlex import quote

    return quote(str(path))
