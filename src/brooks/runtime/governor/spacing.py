"""A minimum distance between requests when many would start at once.

That is so at a run's start, when a pause is over that a server asked for, and when a provider that
was down is up again: then the next requests, one for each agent, keep a distance, so that the team's
first burst is spread over `seconds`. Later requests need none, for replies come at their own times;
nor does one before which nothing went out for `seconds`, for the burst is then past or never was.
"""

from math import inf

from brooks.runtime.governor.reasons import Why

STAGGER_SECONDS = 1.0
"""Over how long the whole team's burst is spread."""


class Spacing:
    """When the next request may go out, as far as its distance from the one before goes."""

    def __init__(self, agents: int, *, seconds: float) -> None:
        self._agents = agents
        self._seconds = seconds
        self._left = agents
        """How many requests still keep their distance."""
        self._last = inf
        """When the last of these went out, or the first may; infinite while the first may at any time."""
        self.earliest = -inf
        self.paused_until = -inf
        self.why: Why = "stagger"
        """What a request that is held up here waits for."""

    def took(self, now: float) -> None:
        """A request goes out."""
        if not self._left:
            return
        self._left = 0 if now > self._last + self._seconds else self._left - 1
        self._last = now
        self.earliest = now + self._seconds / self._agents if self._left else -inf

    def pause(self, until: float) -> None:
        """Let nothing out before this, and what then comes at a distance."""
        if until > self.paused_until:
            self.paused_until = until
            self.earliest = max(self.earliest, until)
            self._burst("retry_after", first=until)

    def spread(self, why: Why) -> None:
        """Keep a distance anew from the next request on."""
        self._burst(why, first=inf)

    def _burst(self, why: Why, *, first: float) -> None:
        self._left = self._agents
        self._last = first
        self.why = why
