"""`brooks import`: the published runs of the study, found again number by number, with what they hide."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brooks.cli.options import Exit, json_option, note, print_json
from brooks.cli.studying import checked

if TYPE_CHECKING:
    from brooks.analysis.tables import Tables
    from brooks.bench.study.findings import Finding


@click.command("import")
@click.argument("folder", metavar="PATH", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write the tables (Parquet), every figure's data and the findings (CSV) into this folder.",
)
@json_option
def import_command(folder: Path, *, output: Path | None, as_json: bool) -> int:
    """Read published runs, and print what the study reports of them and what its figures hide.

    PATH is a folder with `runs.parquet` and `events.parquet` as arXiv 2603.12229 publishes them; a
    model or mode that is not known here is read like any other. The same metrics measure these runs
    and our own. What was not published is unknown, never zero.
    """
    from brooks.log.foreign.published import read_published

    tables = read_published(checked(folder))
    from brooks.bench.study.findings import findings
    from brooks.bench.study.hidden import hidden

    found, below = findings(tables), hidden(tables)
    if output is not None:
        _write(tables, output, found, below)
    if as_json:
        print_json(_facts(tables, found, below))
    else:
        click.echo(_text(tables, found, below))
    if output is not None:
        note(f"tables, figures and findings are in {str(output)!r}")
    return Exit.DONE


def _write(
    tables: "Tables",
    folder: Path,
    found: tuple["Finding", ...],
    below: tuple["Finding", ...],
) -> None:
    from brooks.bench.study.figures import FIGURES
    from brooks.bench.study.findings import as_frame

    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.frames.items():
        frame.write_parquet(folder / f"{name}.parquet")
    for name, figure in FIGURES.items():
        figure(tables).write_csv(folder / f"{name}.csv")
    as_frame(found).write_csv(folder / "findings.csv")
    as_frame(below).write_csv(folder / "hidden.csv")


def _facts(
    tables: "Tables", found: tuple["Finding", ...], below: tuple["Finding", ...]
) -> dict[str, Any]:
    return {
        "runs": tables.runs.height,
        "replies": tables.calls.height,
        "actions": tables.actions.height,
        "models": sorted(tables.runs["model"].drop_nulls().unique()),
        "modes": sorted(tables.runs["team"].drop_nulls().unique()),
        "findings": [finding._asdict() for finding in found],
        "hidden": [finding._asdict() for finding in below],
    }


def _text(tables: "Tables", found: tuple["Finding", ...], below: tuple["Finding", ...]) -> str:
    facts = _facts(tables, (), ())
    lines = [
        f"{facts['runs']:,} runs of {', '.join(facts['models'])}",
        f"in the modes {', '.join(facts['modes'])}",
        f"{facts['replies']:,} replies, {facts['actions']:,} actions",
        "",
        "what the study reports, computed again:",
        *map(_line, found),
        "",
        "what its figures hide:",
        *map(_line, below),
    ]
    return "\n".join(lines)


def _line(finding: "Finding") -> str:
    value = "unknown" if finding.value is None else f"{finding.value:.6g}"
    says = finding.says
    if finding.low is not None:
        says = f"[{finding.low:.3g}, {finding.high:.3g}] {says}"
    return f"  {finding.name:<62}{value:>13}  {says}"
