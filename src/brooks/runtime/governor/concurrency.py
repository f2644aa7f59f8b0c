"""How many requests may be out at once: found by asking for a little more until the provider minds.

The limit follows the rule by which machines share a network that nobody oversees: additive
increase, multiplicative decrease, which alone of the linear rules comes both to full use and to
equal shares (Chiu and Jain 1989). As in Jacobson (1988), the search begins with a slow start: until
the first refusal each reply lets one more request out, so that the limit doubles with each round of
replies; a team of sixteen whose replies take half a minute would otherwise wait six minutes to be
let work. From the first refusal on, each reply adds one over the limit: one more a round.

A reply raises the limit only if the limit was reached while the request was out, for only then does it
say anything about it.
A refusal halves it, at most once a generation: what was sent before the last decrease was sent at
the old limit and says nothing about the new one.
"""

START = 4
"""Requests at once that a lane begins with."""


class Concurrency:
    """The limit of requests at once, and how many there are."""

    def __init__(self, most: int, *, start: int = START) -> None:
        self.most = most
        self.limit = float(min(start, most))
        """Its whole part is how many may be out."""
        self.in_flight = 0
        self.generation = 0
        """Counts decreases; a request remembers the one in which it was sent."""
        self._reached = 0
        """Counts the times at which the limit was reached."""

    @property
    def has_room(self) -> bool:
        """Whether one more may go out."""
        return self.in_flight + 1 <= self.limit

    def took(self) -> int:
        """One goes out; a mark for `succeeded`."""
        mark = self._reached
        self.in_flight += 1
        if not self.has_room:
            self._reached += 1
        return mark

    def gave_back(self) -> None:
        """One is over, and says nothing about the limit."""
        self.in_flight -= 1

    def succeeded(self, mark: int) -> None:
        """One was answered."""
        self.in_flight -= 1
        if self._reached > mark:
            step = 1.0 / self.limit if self.generation else 1.0
            self.limit = min(self.limit + step, float(self.most))

    def refused(self, generation: int) -> None:
        """One that was sent in this generation was too many."""
        if generation == self.generation:
            self.generation += 1
            self.limit = max(self.limit / 2.0, 1.0)
        self.in_flight -= 1
