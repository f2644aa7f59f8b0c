"""`brooks audit`: a second opinion on a run, from its log alone."""

from contextlib import closing
from pathlib import Path

import click

from brooks.audit import AuditReport, Result, audit
from brooks.cli.options import (
    Exit,
    json_option,
    named_run,
    print_json,
    run_argument,
    runs_dir_option,
)
from brooks.log.codec import Codec
from brooks.log.sqlite import SqliteLog

EXIT_OF_RESULT = {
    Result.HOLDS: Exit.DONE,
    Result.VIOLATED: Exit.FAILED,
    Result.UNKNOWN: Exit.UNDECIDED,
}


@click.command("audit")
@run_argument
@runs_dir_option
@json_option
def audit_command(run: str, *, runs_dir: Path, as_json: bool) -> int:
    """Judge each guarantee that a run's team declared: holds, violated (with the witness) or unknown.

    The witness is the positions of the records that show it; `brooks show RUN --events` has them.
    Exit codes: 0 all hold, 1 one is violated, 5 none is violated and one is unknown.
    """
    folder = named_run(runs_dir, run)
    with closing(SqliteLog.open_reader(folder.log)) as log:
        report = audit(list(Codec().decode_all(log.read())))
    if as_json:
        print_json({"run": folder.id, **_facts(report)})
    else:
        click.echo(_table(folder.id, report))
    return EXIT_OF_RESULT[report.result]


def _facts(report: AuditReport) -> dict[str, object]:
    return {
        "result": report.result.value,
        "verdicts": [
            {
                "guarantee": verdict.guarantee.value,
                "result": verdict.result.value,
                "witness": list(verdict.witness),
                "explanation": verdict.explanation,
            }
            for verdict in report.verdicts
        ],
        "not_declared": [guarantee.value for guarantee in report.not_declared],
    }


def _table(run: str, report: AuditReport) -> str:
    lines = [f"audit of {run}: {report.result.value}"]
    for verdict in report.verdicts:
        witness = ", ".join(map(str, verdict.witness))
        shown = f" (records {witness})" if witness else ""
        lines.append(
            f"  {verdict.guarantee.value:<20}{verdict.result.value:<10}{verdict.explanation}{shown}"
        )
    lines += [
        f"  {each.value:<20}{'—':<10}the team does not promise it" for each in report.not_declared
    ]
    return "\n".join(lines)
