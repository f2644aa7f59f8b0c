"""The whole audit: what is judged, and what it adds up to."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from brooks import audit as package
from brooks.audit import AuditReport, Guarantee, Result, Verdict, audit
from brooks.audit.report import CHECKERS, judge
from brooks.core.events import Record
from brooks.core.facts import Outcome
from brooks.core.spec import Guarantees

if TYPE_CHECKING:
    from tests.audit.conftest import Past

ALWAYS = dict.fromkeys(("paid_once", "money_conserved", "mail_conserved"), "holds")
NOTHING = Guarantees(**dict.fromkeys(Guarantees.__struct_fields__, False))


def results(report: AuditReport) -> dict[str, str]:
    return {verdict.guarantee.value: verdict.result.value for verdict in report.verdicts}


def test_run_that_keeps_everything_holds(past: "Past") -> None:
    """One task, done by the book."""
    records = past.write(
        past.started(),
        past.opened("file"),
        past.added("a"),
        past.leased("x", 1, "a"),
        past.sent("turn-1", 0),
        past.replied("turn-1", 0),
        past.queued(1, "a", "file@1"),
        past.check(1, head=0),
        past.checked(1),
        past.done(1, "a", 1, "file@1"),
        past.finished(),
    )

    report = audit(records)

    assert report.result is Result.HOLDS
    assert results(report) == dict.fromkeys((guarantee.value for guarantee in Guarantee), "holds")
    assert report.not_declared == ()


def test_team_is_judged_by_what_it_declared(past: "Past") -> None:
    """A paper-like team overwrites a file and merges in the wrong order; it never promised otherwise."""
    records = past.write(
        past.started(guarantees=NOTHING),
        past.added("a"),
        past.added("b", "a"),
        past.done(1, "b", 1, "file"),
        past.done(2, "a", 2, "file"),
        past.finished(),
    )

    report = audit(records)

    assert results(report) == ALWAYS
    assert report.not_declared == tuple(g for g in Guarantee if g.value not in ALWAYS)
    assert report.result is Result.HOLDS


@pytest.mark.parametrize("name", ["dependency_order", "checked_completion"])
def test_each_guarantee_is_declared_on_its_own(past: "Past", name: str) -> None:
    """The same history, with one of the promises made after all."""
    declared = Guarantees(**{field: field == name for field in NOTHING.__struct_fields__})
    records = past.write(
        past.started(guarantees=declared),
        past.added("a"),
        past.added("b", "a"),
        past.done(1, "b", 1, "file"),
        past.done(2, "a", 2, "file"),
    )

    assert results(audit(records)) == {name: "violated", **ALWAYS}


def test_lost_updates_and_linearizability_are_declared_with_no_stale_write(past: "Past") -> None:
    """A file is overwritten unseen: all three say so, and it is counted besides."""
    declared = Guarantees(
        **{field: field == "no_stale_write" for field in NOTHING.__struct_fields__}
    )
    records = past.write(
        past.started(guarantees=declared),
        past.added("a"),
        past.done(1, "a", 1, "file"),
        past.done(2, "b", 2, "file"),
    )

    report = audit(records)

    names = ("no_stale_write", "no_lost_update", "linearizable")
    assert results(report) == {**dict.fromkeys(names, "violated"), **ALWAYS}
    assert [each.count for each in report.observed] == [1, 0, 0, 0, 0]


def test_fencing_is_declared_with_one_holder(past: "Past") -> None:
    """A team that promises one holder promises fencing tokens."""
    declared = Guarantees(**{field: field == "one_holder" for field in NOTHING.__struct_fields__})

    report = audit(past.write(past.started(guarantees=declared)))

    assert results(report) == {"one_holder": "holds", "fencing": "holds", **ALWAYS}


def test_violated_outweighs_unknown_and_unknown_outweighs_holds(past: "Past") -> None:
    """The run was cut off with a task open; and in one history a reply is paid twice besides."""
    lines = [past.started(), past.added("a")]
    cut_off = past.finished(Outcome.BUDGET)
    twice = [past.sent("turn-1", 0), past.sent("turn-1", 0)]

    unknown = audit(past.write(*lines, cut_off))
    violated = audit(past.write(*lines, *twice, cut_off))

    assert unknown.result is Result.UNKNOWN
    assert violated.result is Result.VIOLATED
    assert results(violated)["liveness"] == "unknown"


def test_checker_that_crashes_answers_unknown(past: "Past") -> None:
    """It divides by zero."""

    def careless(records: Sequence[Record]) -> Verdict:
        raise ZeroDivisionError(f"{len(records)} by nothing")

    verdict = judge(Guarantee.LIVENESS, careless, past.write(past.started()))

    assert verdict == Verdict(
        guarantee=Guarantee.LIVENESS,
        result=Result.UNKNOWN,
        explanation="the checker failed: ZeroDivisionError: 1 by nothing",
    )


def test_log_with_a_gap_cannot_hold(past: "Past") -> None:
    """A record in the middle is missing; what is violated without it stays violated."""
    records = past.write(
        past.started(), past.added("a"), past.sent("turn-1", 0), past.sent("turn-1", 0)
    )
    del records[1]

    report = audit(records)

    assert results(report)["paid_once"] == "violated"
    assert {result for name, result in results(report).items() if name != "paid_once"} == {
        "unknown"
    }
    assert report.verdicts[0].explanation == "the log has a gap: record 2 is 3"


@pytest.mark.parametrize("length", [0, 1])
def test_log_that_does_not_say_what_was_declared_cannot_hold(past: "Past", length: int) -> None:
    """It is empty, or begins with something else."""
    records = past.write(past.added("a"))[:length]

    report = audit(records)

    assert set(results(report).values()) == {"unknown"}
    assert len(report.verdicts) == len(CHECKERS) == len(Guarantee)


def test_public_names_are_listed() -> None:
    """What others may import from the package."""
    assert sorted(package.__all__) == [
        "Anomaly",
        "AuditReport",
        "Checker",
        "Guarantee",
        "Observation",
        "Result",
        "Verdict",
        "audit",
    ]
