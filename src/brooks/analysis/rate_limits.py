"""What a log tells of requests that are held back: by limits, by providers that ask to wait, by outages.

A request that waits is not in the log before it is sent, so the log tells of waits that are over, and
of failures after which everybody waits for a known time.
"""

from typing import NamedTuple

from brooks.core import events
from brooks.core.events import Record
from brooks.core.facts import Failure

LEAST_SECONDS = 1.0
"""A shorter wait is not worth a word."""
RECENT_SECONDS = 20.0
"""For so long after it a wait says something about now."""
_SHARED = frozenset({Failure.RATE_LIMITED, Failure.OVERLOADED})
"""Failures after which everybody waits."""


class Held(NamedTuple):
    """What holds requests back."""

    why: str
    """The word of the log for it: `requests`, `tokens`, `retry_after`, and so on."""
    seconds: float
    """How long the last request waited, or for how long from now on nobody asks."""
    until: float | None
    """Log time until which nobody asks; None where waits are just long."""


class RateLimits:
    """The waits of a run so far."""

    def __init__(self) -> None:
        self._waited: tuple[float, str, float] = (0.0, "", 0.0)
        """When the last request went out that had to wait, for what, and how long."""
        self._until = 0.0
        """Until when the provider asked everybody to wait."""

    def add(self, record: Record) -> None:
        """Fold the next record."""
        event = record.event
        if isinstance(event, events.RequestSent):
            if event.waited >= LEAST_SECONDS:
                self._waited = (record.time, event.why, event.waited)
        elif isinstance(event, events.RequestFailed):
            wait = event.retry_after or event.wait
            if event.failure in _SHARED and wait:
                self._until = max(self._until, record.time + wait)

    def held(self, now: float) -> Held | None:
        """What holds requests back at this log time; None for nothing that is known."""
        if self._until - now >= LEAST_SECONDS:
            return Held("retry_after", self._until - now, self._until)
        sent, why, seconds = self._waited
        if seconds and now - sent <= RECENT_SECONDS:
            return Held(why, seconds, None)
        return None
