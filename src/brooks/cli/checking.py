"""`brooks calibrate --check`: what is read for it, how far it has come, and its facts."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import rich.console
from msgspec import to_builtins

from brooks.cli.assembling import is_simulated
from brooks.cli.options import named_run, note
from brooks.cli.reading import ReadRun, read_run
from brooks.cli.tabling import rows_of_run
from brooks.log.sqlite import SqliteLog
from brooks.runtime.run_folder import RunFolder

if TYPE_CHECKING:
    import polars as pl

    from brooks.models.profile import Profile
    from brooks.plan.calibrating import Fitted
    from brooks.plan.calibrating.checking import Check, Source
    from brooks.plan.calibrating.own_runs import OwnRun
    from brooks.plan.outcomes import Compared
    from brooks.runtime.fleet import Fleets


def read_sources(names: Sequence[str], runs_dir: Path, *, is_checked: bool) -> "list[Source]":
    """What a profile is fitted to, each source once by whatever names; with `is_checked` what ran, too.

    Raises:
        UsageError: There is no such source, or only published runs are to be checked.
    """
    from brooks.log.foreign.published import is_published, read_published
    from brooks.plan.calibrating.checking import Source, refuse_without_own

    places: dict[Path, RunFolder | None] = {}
    for name in names:
        folder = None if is_published(Path(name)) else named_run(runs_dir, name)
        places.setdefault((Path(name) if folder is None else folder.path).resolve(), folder)
    if is_checked and not any(places.values()):
        refuse_without_own()
    return [
        Source(tables=read_published(path))
        if folder is None
        else _own_source(folder, is_checked=is_checked)
        for path, folder in places.items()
    ]


def _own_source(folder: RunFolder, *, is_checked: bool) -> "Source":
    from brooks.analysis.tables import Tables
    from brooks.plan.calibrating.checking import Source

    read = read_run(folder)
    tables = Tables.of(rows_of_run(read))
    return Source(tables=tables, own=_own_run(read) if is_checked else None)


def _own_run(read: ReadRun) -> "OwnRun":
    from brooks.plan.calibrating.own_runs import own_run

    with closing(SqliteLog.open_reader(read.folder.log)) as log:
        return own_run(
            read.folder.id,
            read.spec,
            read.records,
            is_simulated=is_simulated(read.spec),
            blob=log.blob,
        )


def checked(
    sources: "Sequence[Source]",
    fitted: "Fitted",
    *,
    seeds: int,
    only: "pl.Expr | None",
    like: "Profile | None",
    engine: "Fleets",
    quiet: bool,
) -> "Check":
    """The check, with what is going on in a line of the terminal.

    Raises:
        UsageError: No run can be simulated.
    """
    from brooks.plan.calibrating.checking import check_profile

    console = rich.console.Console(stderr=True, highlight=False)
    if quiet or not console.is_interactive:
        return check_profile(sources, fitted, seeds=seeds, only=only, like=like, engine=engine)
    with console.status("fitting") as status:
        return check_profile(
            sources,
            fitted,
            seeds=seeds,
            only=only,
            like=like,
            engine=engine,
            on_fit=lambda made: status.update(f"{made} profiles fitted, each without one run"),
            on_run=lambda made, of: status.update(f"{made} of {of} simulated runs"),
        )


def note_left_out(check: "Check") -> None:
    """Name the runs that were not simulated again."""
    for each in check.left_out:
        note(f"note: {each.run!r} is not checked: {each.why}")


def print_check(check: "Check") -> None:
    """Print a check for a person."""
    from brooks.report.checked import check_lines

    for line in check_lines(check):
        click.echo(line)


def check_facts(check: "Check") -> dict[str, Any]:
    """A check as `--json` prints it."""
    runs = [
        to_builtins(each) | {"quantities": [_compared_facts(one) for one in each.quantities]}
        for each in check.runs
    ]
    return {"simulated": True, **to_builtins(check), "runs": runs}


def _compared_facts(compared: "Compared") -> dict[str, Any]:
    return {**to_builtins(compared), "inside": compared.is_inside, "ratio": compared.ratio}
