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
@runs_dir_option
@json_option
def calibrate_command(
    sources: tuple[str, ...],
    *,
    conditions: tuple[str, ...],
    update: str | None,
    output: Path | None,
    runs_dir: Path,
    as_json: bool,
) -> int:
    """Fit a simulated model to runs, to plan and to simulate with.

    Each source is a run of ours or a folder of published runs. Runs of one agent are enough: what they
    cannot show is taken from what is usual, and the profile says so. docs/calibration.md says how.
    """
    from brooks.models.profile import load_profile
    from brooks.plan.calibrating import fit_profile, write_profile
    from brooks.plan.calibrating.writing import profile_text

    tables = _tables(sources, runs_dir)
    like = load_profile(update) if update is not None else None
    fitted = fit_profile(tables, only=_condition(conditions), like=like)
    if output is not None:
        write_profile(output, fitted)
        note(f"the profile is in {str(output)!r}: -m sim:{output}")
    if as_json:
        print_json(facts(fitted))
    elif output is None:
        click.echo(profile_text(fitted), nl=False)
    return Exit.DONE


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
