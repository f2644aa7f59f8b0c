"""Why agents wait: the time a lane was held up, by what held it up.

A lane lets agents in one after the other, so what holds up the first holds up all. The lane keeps
one running sum of seconds for each reason; one who waited compares the sums at its coming and its
going, and names the reason with the largest difference.
"""

from collections.abc import Mapping
from typing import Literal

Why = Literal["", "concurrency", "requests", "tokens", "retry_after", "breaker", "stagger"]
"""The main reason for a wait; empty for none."""


class Reasons:
    """Seconds by reason."""

    def __init__(self) -> None:
        self._seconds: dict[Why, float] = {}
        self._current: Why = ""
        self._since = 0.0

    def hold(self, why: Why, now: float) -> None:
        """From now on the lane is held up by this."""
        before = self._seconds.get(self._current, 0.0)
        self._seconds[self._current] = before + now - self._since
        self._current, self._since = why, now

    def so_far(self, now: float) -> Mapping[Why, float]:
        """The sums until now."""
        self.hold(self._current, now)
        return self._seconds.copy()

    def main_since(self, earlier: Mapping[Why, float], now: float) -> Why:
        """The reason that took most of the time since the sums were `earlier`."""
        self.hold(self._current, now)
        main: Why = ""
        most = 0.0
        for why, seconds in self._seconds.items():
            took = seconds - earlier.get(why, 0.0)
            if why and took > most:
                main, most = why, took
        return main
