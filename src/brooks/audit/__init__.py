"""The auditor: did a run keep what its team declared? A second opinion, from the records alone.

    report = audit(records)
    report.result                        holds | violated | unknown
    report.verdicts[0].witness           positions of the records that show it
    report.observed                      anomalies that no promise forbids, counted

Each checker is a pure function of a history. It keeps books of its own and shares no code with the
board, so that a mistake in the board does not excuse itself. A checker that crashes answers
`unknown`. `brooks.audit.linearizability` judges any concurrent history, of a run or not.
"""

from brooks.audit.anomalies import Anomaly, Observation
from brooks.audit.report import AuditReport, audit
from brooks.audit.verdict import Checker, Guarantee, Result, Verdict

__all__ = [
    "Anomaly",
    "AuditReport",
    "Checker",
    "Guarantee",
    "Observation",
    "Result",
    "Verdict",
    "audit",
]
