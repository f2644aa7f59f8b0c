"""How much of a core the making of a run's pages may take: a fifth, over any longer time.

Time to work is granted steadily, and a little of it may be saved up. So a page that is quick to make
is made as soon as anything is new, one slow page among them holds nobody up, and after a page that
took a second to make nothing is made for about four more.
"""

SHARE = 0.2
"""Of a core, in the long run."""
MOST_SAVED = 1.0
"""Seconds of work that may be saved up."""


class Allowance:
    """What may be spent, in seconds of work; `now` is the time of any clock that goes forward."""

    def __init__(self, now: float) -> None:
        self._saved = MOST_SAVED
        self._at = now

    def is_left(self, now: float) -> bool:
        """Whether work may begin."""
        self._grant(now)
        return self._saved > 0

    def spend(self, seconds: float, now: float) -> None:
        """Take off what was worked until now."""
        self._grant(now)
        self._saved -= seconds

    def _grant(self, now: float) -> None:
        self._saved = min(MOST_SAVED, self._saved + SHARE * (now - self._at))
        self._at = now
