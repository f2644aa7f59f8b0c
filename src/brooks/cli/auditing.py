"""`brooks audit`: a second opinion on a run, from its log alone, or on somebody else's history."""

from contextlib import closing
from pathlib import Path

import click

from brooks.audit import AuditReport, Guarantee, Observation, Result, Verdict, audit
from brooks.audit.linearizability import MOST_STATES, check
from brooks.cli.options import (
    Exit,
    json_option,
    named_run,
    print_json,
    run_argument,
    runs_dir_option,
)
from brooks.log.codec import Codec
from brooks.log.foreign import read_history
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
    Anomalies that no guarantee forbids are counted.

    RUN may also be a file with a history of a register or a key-value store, as Jepsen writes them:
    then it is judged whether that is linearizable, and the witness is lines of the file.

    Exit codes: 0 all hold, 1 one is violated, 5 none is violated and one is unknown.
    """
    path = Path(run)
    if path.is_file():
        report = _Report("history", run, judge_history(path), unit="line")
    else:
        report = _run(runs_dir, run)
    if as_json:
        print_json(report.facts())
    else:
        click.echo(report.table())
    return EXIT_OF_RESULT[report.audit.result]


class _Report:
    """What is printed."""

    def __init__(self, kind: str, name: str, audit: AuditReport, *, unit: str) -> None:
        self.kind = kind
        """What was judged: a run or a history."""
        self.name = name
        self.audit = audit
        self.unit = unit
        """What a witness consists of."""

    def facts(self) -> dict[str, object]:
        report = self.audit
        return {
            self.kind: self.name,
            "result": report.result.value,
            "verdicts": [_verdict_facts(verdict) for verdict in report.verdicts],
            "not_declared": [guarantee.value for guarantee in report.not_declared],
            "observed": [_observation_facts(observation) for observation in report.observed],
        }

    def table(self) -> str:
        report = self.audit
        lines = [f"audit of {self.name}: {report.result.value}"]
        lines += [
            _line(each.guarantee.value, each.result.value, self._shown(each))
            for each in report.verdicts
        ]
        lines += [
            _line(each.value, "—", "the team does not promise it") for each in report.not_declared
        ]
        seen = [each for each in report.observed if each.count != 0]
        if seen:
            lines.append("seen, and forbidden by no promise unless it is violated above:")
        lines += [
            _line(
                each.anomaly.value,
                "?" if each.count is None else str(each.count),
                self._shown(each),
            )
            for each in seen
        ]
        return "\n".join(lines)

    def _shown(self, found: Verdict | Observation) -> str:
        witness = ", ".join(map(str, found.witness))
        shown = f" ({self.unit}s {witness})" if witness else ""
        first = "first: " if isinstance(found, Observation) and found.count else ""
        return f"{first}{found.explanation}{shown}"


def _run(runs_dir: Path, name: str) -> _Report:
    folder = named_run(runs_dir, name)
    with closing(SqliteLog.open_reader(folder.log)) as log:
        report = audit(list(Codec().decode_all(log.read())))
    return _Report("run", folder.id, report, unit="record")


def judge_history(path: Path, *, most_states: int = MOST_STATES) -> AuditReport:
    """Whether the history in a file is linearizable; `unknown` where it takes more than `most_states`."""
    history = read_history(path)
    judgement = check(history.operations, history.specification, most_states=most_states)
    verdict = Verdict(
        guarantee=Guarantee.LINEARIZABLE,
        result=judgement.result,
        witness=judgement.places(),
        explanation=judgement.explanation("line"),
    )
    return AuditReport(verdicts=(verdict,))


def _line(name: str, result: str, text: str) -> str:
    return f"  {name:<20}{result:<10}{text}"


def _verdict_facts(verdict: Verdict) -> dict[str, object]:
    return {
        "guarantee": verdict.guarantee.value,
        "result": verdict.result.value,
        "witness": list(verdict.witness),
        "explanation": verdict.explanation,
    }


def _observation_facts(observation: Observation) -> dict[str, object]:
    return {
        "anomaly": observation.anomaly.value,
        "count": observation.count,
        "witness": list(observation.witness),
        "explanation": observation.explanation,
    }
