"""Stretches of time, and what is left of them when others are taken away.

A stretch is its start and its end in log seconds. What `minus` and `common` give is in order, without
overlaps, and has no stretch without length; what they are given may be neither.
"""

from collections.abc import Iterable

Stretch = tuple[float, float]


def united(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time in order and without overlaps."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def minus(stretches: Iterable[Stretch], away: Iterable[Stretch]) -> list[Stretch]:
    """What is left of some stretches without others."""
    left = united(stretches)
    for start, end in united(away):
        if not left:
            break
        cut: list[Stretch] = []
        for begin, stop in left:
            if stop <= start or begin >= end:
                cut.append((begin, stop))
                continue
            if begin < start:
                cut.append((begin, start))
            if end < stop:
                cut.append((end, stop))
        left = cut
    return left


def common(stretches: Iterable[Stretch], others: Iterable[Stretch]) -> list[Stretch]:
    """The time that is in both."""
    right = united(others)
    return [
        (max(start, begin), min(end, stop))
        for start, end in united(stretches)
        for begin, stop in right
        if begin < end and start < stop
    ]


def seconds(stretches: Iterable[Stretch]) -> float:
    """How long they are together."""
    return sum(end - start for start, end in stretches)


class Left:
    """A time that is given away piece by piece: each piece goes to the first who asks for it."""

    def __init__(self, start: float, end: float) -> None:
        self._left = united([(start, end)])

    def take(self, stretches: list[Stretch]) -> float:
        """Give away what is left of these stretches; how long that was."""
        if not stretches or not self._left:
            return 0.0
        before = seconds(self._left)
        self._left = minus(self._left, stretches)
        return before - seconds(self._left)

    def rest(self) -> float:
        """How long what nobody has asked for is."""
        return seconds(self._left)
