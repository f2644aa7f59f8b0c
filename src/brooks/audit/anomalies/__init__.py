"""Anomalies: what agents that work at the same time may do to one another, found and named.

    for observation in observe(records):
        observation.anomaly, observation.count, observation.witness

Which anomalies a team may have depends on its consistency: versioned files are snapshot isolation,
which allows stale reads and write skew (Berenson and others 1995). So these are no violations but
counts. What a team promised never to let happen is judged by the checkers of `brooks.audit`.
"""

from brooks.audit.anomalies.observing import Anomaly, Observation, observe

__all__ = ["Anomaly", "Observation", "observe"]
