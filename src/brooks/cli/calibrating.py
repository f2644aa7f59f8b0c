"""`brooks calibrate`: a simulated model fitted to what really happened."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brooks.cli.options import Exit, json_option, named_run, note, print_json, runs_dir_option
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
@runs_dir_option
@json_option
def calibrate_command(
    sources: tuple[str, ...],
    *,
    conditions: tuple[str, ...],
    update: str | None,
    output: Path | None,
    page: Path | None,
    runs_dir: Path,
    as_json: bool,
) -> int:
    """Fit a simulated model to runs, to plan and to simulate with.

    Each source is a run of ours or a folder of published runs. Runs of one agent are enough: what they
    cannot show is taken from what is usual, and the profile says so. docs/calibration.md says how. One
    process does it all: there is no --engine.
    """
    from brooks.models.profile import load_profile
    from brooks.plan.calibrating import fit_profile, write_profile
    from brooks.plan.calibrating.writing import profile_text

    if page is not None:
        _refuse_page(page)
    tables, only = _tables(sources, runs_dir), _condition(conditions)
    like = load_profile(update) if update is not None else None
    fitted = fit_profile(tables, only=only, like=like)
    if output is not None:
        write_profile(output, fitted)
        note(f"the profile is in {str(output)!r}: -m sim:{output}")
    if page is not None:
        _write_page(page, tables if only is None else tables.only(only), fitted)
    if as_json:
        print_json(facts(fitted))
    elif output is None and page is None:
        click.echo(profile_text(fitted), nl=False)
    return Exit.DONE


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


def _tables(sources: tuple[str, ...], runs_dir: Path) -> "Tables":
    from brooks.analysis.tables import Tables
    from brooks.cli.tabling import read_rows
    from brooks.log.foreign.published import is_published, read_published

    parts = []
    for source in dict.fromkeys(sources):
        if is_published(Path(source)):
            parts.append(read_published(Path(source)))
        else:
            parts.append(Tables.of(read_rows(named_run(runs_dir, source))))
    return Tables.joined(parts)


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
