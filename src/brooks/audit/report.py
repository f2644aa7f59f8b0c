"""The whole audit: each guarantee that the run declared, those that every run keeps, and what was seen.

A declared guarantee may have parts that are judged by themselves: `fencing` is part of `one_holder`,
`no_lost_update` and `linearizable` of `no_stale_write`. Whether or not anything is declared, paid
replies, money and mail are judged, and anomalies are counted.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from brooks.audit.accounting import check_money_conserved
from brooks.audit.anomalies import Observation, observe
from brooks.audit.checking import check_checked_completion
from brooks.audit.delivering import check_mail_conserved
from brooks.audit.ending import check_liveness
from brooks.audit.holding import check_fencing, check_one_holder
from brooks.audit.ordering import check_dependency_order
from brooks.audit.paying import check_paid_once
from brooks.audit.sharing import check_linearizable
from brooks.audit.verdict import Checker, Guarantee, Result, Verdict
from brooks.audit.writing import check_no_lost_update, check_no_stale_write
from brooks.core import events
from brooks.core.events import Record
from brooks.core.message import Message
from brooks.core.spec import Guarantees

CHECKERS: Mapping[Guarantee, Checker] = MappingProxyType(
    {
        Guarantee.ONE_HOLDER: check_one_holder,
        Guarantee.FENCING: check_fencing,
        Guarantee.DEPENDENCY_ORDER: check_dependency_order,
        Guarantee.NO_STALE_WRITE: check_no_stale_write,
        Guarantee.NO_LOST_UPDATE: check_no_lost_update,
        Guarantee.LINEARIZABLE: check_linearizable,
        Guarantee.CHECKED_COMPLETION: check_checked_completion,
        Guarantee.LIVENESS: check_liveness,
        Guarantee.PAID_ONCE: check_paid_once,
        Guarantee.MONEY_CONSERVED: check_money_conserved,
        Guarantee.MAIL_CONSERVED: check_mail_conserved,
    }
)


class AuditReport(Message, frozen=True, kw_only=True):
    """Every verdict on one run."""

    verdicts: tuple[Verdict, ...]
    not_declared: tuple[Guarantee, ...] = ()
    """What the team did not promise, and nobody judged."""
    observed: tuple[Observation, ...] = ()
    """How often each anomaly was seen; counts, whatever the team promised."""

    @property
    def result(self) -> Result:
        """The worst verdict: violated before unknown before holds."""
        results = {verdict.result for verdict in self.verdicts}
        for result in (Result.VIOLATED, Result.UNKNOWN):
            if result in results:
                return result
        return Result.HOLDS


def audit(records: Sequence[Record]) -> AuditReport:
    """Judge what the run declared at its start and what every run keeps; count the anomalies."""
    gap = _gap(records)
    verdicts: list[Verdict] = []
    not_declared: list[Guarantee] = []
    declared = _declared(records)
    for guarantee, checker in CHECKERS.items():
        if declared is not None and not is_declared(guarantee, declared):
            not_declared.append(guarantee)
            continue
        verdict = judge(guarantee, checker, records)
        if verdict.result is Result.HOLDS and (gap or declared is None):
            verdict = Verdict(
                guarantee=guarantee,
                result=Result.UNKNOWN,
                explanation=gap or "the log does not begin with `RunStarted`",
            )
        verdicts.append(verdict)
    return AuditReport(
        verdicts=tuple(verdicts), not_declared=tuple(not_declared), observed=observe(records)
    )


def judge(guarantee: Guarantee, checker: Checker, records: Sequence[Record]) -> Verdict:
    """One checker's verdict; `unknown` if it crashes, for then it can vouch for nothing."""
    try:
        return checker(records)
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the answer is the same
        return Verdict(
            guarantee=guarantee,
            result=Result.UNKNOWN,
            explanation=f"the checker failed: {type(error).__name__}: {error}",
        )


def _declared(records: Sequence[Record]) -> Guarantees | None:
    first = records[0].event if records else None
    return first.guarantees if isinstance(first, events.RunStarted) else None


def is_declared(guarantee: Guarantee, declared: Guarantees) -> bool:
    """Whether a guarantee is judged in a run that declared this."""
    match guarantee:
        case Guarantee.ONE_HOLDER | Guarantee.FENCING:
            return declared.one_holder
        case Guarantee.DEPENDENCY_ORDER:
            return declared.dependency_order
        case Guarantee.NO_STALE_WRITE | Guarantee.NO_LOST_UPDATE | Guarantee.LINEARIZABLE:
            return declared.no_stale_write
        case Guarantee.CHECKED_COMPLETION:
            return declared.checked_completion
        case Guarantee.LIVENESS:
            return declared.liveness
        case Guarantee.PAID_ONCE | Guarantee.MONEY_CONSERVED | Guarantee.MAIL_CONSERVED:
            return True


def _gap(records: Sequence[Record]) -> str:
    """Where records are missing, in words; empty if the log is whole."""
    for expected, record in enumerate(records, start=1):
        if record.position != expected:
            return f"the log has a gap: record {expected} is {record.position}"
    return ""


__all__ = ["CHECKERS", "AuditReport", "audit", "is_declared", "judge"]
