"""A run as stretches of time: who did what, when, and for which task."""

from collections.abc import Iterable

from brooks.analysis.activity import Activities, Interval
from brooks.core.events import Record


def intervals(records: Iterable[Record]) -> tuple[Interval, ...]:
    """Every stretch of every agent, ordered by start and then by agent, up to the last record.

    The stretches of one agent neither overlap nor leave a gap, from its joining to the last record.
    Those without length are left out.
    """
    closed: list[Interval] = []
    activities = Activities(closed=closed)
    time = 0.0
    for record in records:
        activities.add(record)
        time = record.time
    for track in activities.agents.values():
        track.close(time)
    return tuple(sorted(closed, key=lambda stretch: (stretch.start, stretch.agent)))
