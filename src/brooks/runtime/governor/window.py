"""A budget for any stretch of time: so many requests, or tokens, in each minute, as the server sees it.

What we cannot see is when a request arrives. So an entry counts from its admission until a whole
window after the latest moment at which it can have arrived: when an answer was there, or `margin`
after it was sent, whichever came first. An entry that was admitted and not sent yet has no such
moment and counts until it has.

Why that holds in every window at the server. Take the requests that arrive in some window that ends
at t, and of these the one that was admitted last, at a; it arrived after that, so a <= t. Each other
one arrived after t less the window, so it counts until after t, and was admitted before a: at a, all
of them counted. And at a, what counted was within the limit.

Tokens are admitted by an upper bound and set to their true number when the reply says it. If that
was more than the bound, what counts may be over the limit until enough of it is past.
"""

from heapq import heappop, heappush
from math import inf

from brooks.errors import InternalError

MINUTE = 60.0
MARGIN = 5.0
"""Seconds within which a request that arrives at all is taken to have arrived."""
DRIFT = 0.01
"""Seconds added to each window: two machines' clocks differ in pace by up to a hundred millionths, and
numbers are rounded."""


class Entry:
    """One request in a window."""

    __slots__ = ("amount", "counts", "ends", "latest")

    def __init__(self, amount: int) -> None:
        self.amount = amount
        self.counts = True
        self.latest = inf
        """The latest moment at which it can have arrived."""
        self.ends = inf
        """When it ceases to count."""


class Window:
    """What was admitted lately, against a limit."""

    def __init__(self, limit: int, *, seconds: float = MINUTE, margin: float = MARGIN) -> None:
        self.limit = limit
        self._seconds = seconds + DRIFT
        self._margin = margin
        self._used = 0
        self._ending: list[tuple[float, int, Entry]] = []
        """A heap by when entries end; an item whose time is not its entry's any longer is void."""
        self._pushed = 0

    def used(self, now: float) -> int:
        """The sum of what counts now."""
        ending = self._ending
        while ending and ending[0][0] <= now:
            ends, _, entry = heappop(ending)
            if ends == entry.ends:
                self.give_back(entry)
        return self._used

    def earliest(self, now: float, amount: int) -> float | None:
        """When there is room for so much, at most the limit; None while only a request's end can say."""
        missing = self.used(now) + amount - self.limit
        if missing <= 0:
            return now
        looked_at = []
        when = None
        while missing > 0 and self._ending:
            item = heappop(self._ending)
            looked_at.append(item)
            ends, _, entry = item
            if ends == entry.ends:
                missing -= entry.amount
                when = ends
        for item in looked_at:
            heappush(self._ending, item)
        return when if missing <= 0 else None

    def admit(self, now: float, amount: int) -> Entry:
        """Count a request from now on.

        Raises:
            InternalError: when there is no room for it.
        """
        if self.used(now) + amount > self.limit:
            raise InternalError(
                f"{amount} was admitted to a window in which {self._used} of {self.limit} are used"
            )
        self._used += amount
        return Entry(amount)

    def sent(self, entry: Entry, now: float) -> None:
        """It is on its way."""
        self._can_arrive_until(entry, now + self._margin)

    def answered(self, entry: Entry, now: float) -> None:
        """It has arrived, for an answer is there."""
        if now < entry.latest:
            self._can_arrive_until(entry, now)

    def set_amount(self, entry: Entry, amount: int) -> None:
        """Put the true amount in place of the estimate; nothing happens if it counts no longer."""
        if entry.counts:
            self._used += amount - entry.amount
            entry.amount = amount

    def give_back(self, entry: Entry) -> None:
        """It counts no longer."""
        if entry.counts:
            self._used -= entry.amount
            entry.counts = False

    def _can_arrive_until(self, entry: Entry, latest: float) -> None:
        entry.latest = latest
        entry.ends = latest + self._seconds
        self._pushed += 1
        heappush(self._ending, (entry.ends, self._pushed, entry))
