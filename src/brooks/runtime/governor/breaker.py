"""A circuit breaker (Nygard, *Release It!*): while a provider is down, nobody asks it but a probe.

Closed, requests pass. After so many failures with no success between them it opens, more in a large
team, in which all that is out may fail of one hiccup: nothing passes until a cool-down is over. Then
it is half open: one request passes as a probe. If that is answered the breaker closes; if it fails
too, the next cool-down is twice as long. Rate limits are no sign of being down, and count neither for
nor against; to a probe they are an answer.

Each cool-down is lengthened by a random part of itself, up to a quarter, so that several runs do
not probe in step.
"""

from enum import StrEnum
from math import inf
from random import Random

from brooks.core.facts import Failure

FAILURES = 8
"""Failures in a row that open it, in a small team."""
FAILURES_PER_AGENT = 2
"""Failures in a row that open it, for each agent of a large one."""
FIRST_COOL_DOWN = 15.0
MOST_COOL_DOWN = 300.0
DOWN = frozenset({Failure.SERVER, Failure.UNREACHABLE, Failure.TIMEOUT, Failure.OVERLOADED})
"""Failures that are signs of a provider that is down."""


class BreakerState(StrEnum):
    """Whether requests pass."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker:
    """Judges by how requests fare whether a provider is down."""

    def __init__(self, random: Random, *, agents: int = 1) -> None:
        self._random = random
        self._most_failures = max(FAILURES, FAILURES_PER_AGENT * agents)
        self.state = BreakerState.CLOSED
        self._failures = 0
        self._cool_down = FIRST_COOL_DOWN
        self.until = -inf
        """When the last cool-down is over."""

    def earliest(self, now: float) -> float | None:
        """When a request may pass; None while only the probe's end can say."""
        if self.state is BreakerState.CLOSED:
            return now
        if self.state is BreakerState.OPEN:
            return max(self.until, now)
        return None

    def took(self) -> bool:
        """A request passes; whether it is the probe."""
        if self.state is BreakerState.CLOSED:
            return False
        self.state = BreakerState.HALF_OPEN
        return True

    def answered(self) -> None:
        """The provider did what it was asked: it is up."""
        self.state = BreakerState.CLOSED
        self._failures = 0
        self._cool_down = FIRST_COOL_DOWN

    def failed(self, kind: Failure, now: float, *, probe: bool) -> None:
        """A request failed."""
        if kind not in DOWN:
            if probe:
                self.answered()
        elif self.state is BreakerState.CLOSED:
            self._failures += 1
            if self._failures >= self._most_failures:
                self._open(now)
        elif probe:
            self._open(now)

    def lost(self, *, probe: bool) -> None:
        """A request ended in a way that says nothing; if it was the probe, the next one is."""
        if probe and self.state is BreakerState.HALF_OPEN:
            self.state = BreakerState.OPEN

    def _open(self, now: float) -> None:
        self.state = BreakerState.OPEN
        self.until = now + self._cool_down * self._random.uniform(1.0, 1.25)
        self._cool_down = min(self._cool_down * 2.0, MOST_COOL_DOWN)
        self._failures = 0
