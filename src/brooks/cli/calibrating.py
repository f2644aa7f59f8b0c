"""`brooks calibrate`: a simulated model fitted to what really happened."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from brooks.cli.checking import check_facts, checked, note_left_out, print_check, read_sources
from brooks.cli.engines import Where, options_of_engine
from brooks.cli.options import COUNT, Exit, json_option, note, print_json, runs_dir_option
from brooks.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from brooks.analysis.tables import Tables
    from brooks.plan.calibrating import Fitted

COLUMNS = {
    "n": "size", "size": "size", "model": "model", "project": "project", "suite": "project",
    "structure": "structure", "team": "team", "mode": "team",
}  # fmt: skip
"""What `--only` may name, and its column in the table of runs."""
SEEDS = 40
"""Simulated runs of each run: each end of an interval of eight of ten then rests on four of them."""
OF_CHECK = ("engine", "cluster", "jobs", "seeds")
"""Options that mean nothing without `--check`."""


@click.command("calibrate")
@click.argument("sources", metavar="RUN|PUBLISHED...", nargs=-1, required=True)
@click.option(
    "--only",
    "conditions",
    metavar="NAME=VALUE",
    multiple=True,
    help="Only such runs: n=1, model=..., suite=..., structure=..., team=...; may be given again.",
)
@click.option(
    "--update",
    metavar="PROFILE",
    help="Improve this profile: what the runs do not tell stays near to what it says.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the profile here.")
@click.option(
    "--page",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a page of plots here: what was seen beside what the profile draws.",
)
@click.option(
    "--check",
    "is_checked",
    is_flag=True,
    help="Simulate each run of yours again, by a profile of the other sources: how far to trust it.",
)
@click.option(
    "--seeds",
    type=COUNT,
    default=SEEDS,
    show_default=True,
    help="With --check: how many simulated runs of each.",
)
@click.option(
    "-j",
    "--jobs",
    type=COUNT,
    help="With --check: how many processes work; one a core if left out.",
)
@options_of_engine(
    "With --check: runs are simulated by processes of this machine, or on the machines of a Ray cluster."
)
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
@runs_dir_option
@json_option
@click.pass_context
def calibrate_command(
    context: click.Context,
    sources: tuple[str, ...],
    *,
    conditions: tuple[str, ...],
    update: str | None,
    output: Path | None,
    page: Path | None,
    is_checked: bool,
    seeds: int,
    jobs: int | None,
    where: Where,
    quiet: bool,
    runs_dir: Path,
    as_json: bool,
) -> int:
    """Fit a simulated model to runs, to plan and to simulate with.

    Each source is a run of ours or a folder of published runs. Runs of one agent are enough: what they
    cannot show is taken from what is usual, and the profile says so. docs/calibration.md says how. One
    process fits it, in seconds; only the simulated runs of --check are made by several, or on a cluster.
    """
    if is_checked:
        where.ensure_usable()
    else:
        _refuse_without_check(context)
    if page is not None:
        _refuse_page(page)
    from brooks.analysis.tables import Tables
    from brooks.models.profile import load_profile
    from brooks.plan.calibrating import fit_profile, write_profile
    from brooks.plan.calibrating.writing import profile_text

    only = _condition(conditions)
    found = read_sources(sources, runs_dir, is_checked=is_checked)
    tables = Tables.joined(each.tables for each in found)
    like = load_profile(update) if update is not None else None
    fitted = fit_profile(tables, only=only, like=like)
    if output is not None:
        write_profile(output, fitted)
        note(f"the profile is in {str(output)!r}: -m sim:{output}")
    if page is not None:
        _write_page(page, tables if only is None else tables.only(only), fitted)
    check = None
    if is_checked:
        with where.opened(jobs=jobs) as engine:
            check = checked(
                found, fitted, seeds=seeds, only=only, like=like, engine=engine, quiet=quiet
            )
        note_left_out(check)
    if as_json:
        print_json(facts(fitted) | ({} if check is None else {"check": check_facts(check)}))
    elif check is not None:
        print_check(check)
    elif output is None and page is None:
        click.echo(profile_text(fitted), nl=False)
    return Exit.DONE


def _refuse_without_check(context: click.Context) -> None:
    """Say that an option is for `--check`.

    Raises:
        UsageError: One was given, and that was not.
    """
    given = [
        f"--{name}"
        for name in OF_CHECK
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    ]
    if given:
        raise UsageError(
            f"{' and '.join(given)}: for --check, which simulates; a profile is fitted in one process: "
            f"pass --check too, or leave {'it' if len(given) == 1 else 'them'} out"
        )


def _refuse_page(page: Path) -> None:
    """Say before anything is fitted that the page could not be written.

    Raises:
        UsageError: There is another's file in its place.
    """
    from brooks.report.page.assembling import MARK

    if not page.exists():
        return
    with page.open("rb") as file:
        if file.read(len(MARK)) != MARK.encode():
            raise UsageError(
                f"{str(page)!r} is there already and is no page of brooks: name another with --page"
            )


def _write_page(page: Path, tables: "Tables", fitted: "Fitted") -> None:
    from brooks.cli.writing import write_whole
    from brooks.report.calibration_page import calibration_page
    from brooks.report.page.assembling import page_html

    write_whole(page, [page_html(calibration_page(tables, fitted)).encode()])
    note(f"the page of plots is {str(page)!r}: open it in a browser")


def _condition(conditions: tuple[str, ...]) -> "pl.Expr | None":
    """All conditions together.

    Raises:
        UsageError: One of them is not of the form NAME=VALUE, or names no column.
    """
    import polars as pl

    found: pl.Expr | None = None
    for text in conditions:
        name, equals, value = text.partition("=")
        if not equals or name not in COLUMNS:
            raise UsageError(
                f"--only takes NAME=VALUE with a name of {', '.join(COLUMNS)}, and this is {text!r}"
            )
        one = pl.col(COLUMNS[name]).cast(pl.String) == value
        found = one if found is None else found & one
    return found


def facts(fitted: "Fitted") -> dict[str, Any]:
    """A fitted profile as `--json` prints it."""
    from msgspec import to_builtins

    profile = {key: getattr(fitted.profile, key) for key in fitted.profile.__struct_fields__}
    return {**to_builtins(fitted), "profile": profile}
