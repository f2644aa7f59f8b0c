"""Which lines of a text were replaced by which lines of another. Pure.

The shortest edit is found (Myers 1986, "An O(ND) Difference Algorithm and Its Variations"), after
what both texts begin and end with is taken off. Of a run of equal lines it is arbitrary which one
was added, so each edit is then moved as far down as it goes, joining what it meets, and back to an
edit of the other text if it passed one: the convention that git follows, so that merges come out as
people are used to.

A shortest edit of more than `MOST_EDITS` lines is not looked for: everything between what the texts
begin and end with then counts as one edit, which is correct and coarse. That bounds the time and
the memory to about `MOST_EDITS` squared steps.
"""

from collections.abc import Sequence
from typing import NamedTuple

MOST_EDITS = 1000
"""Deleted and added lines together."""


class Edit(NamedTuple):
    """Lines `start` to `end` of the old text became lines `new_start` to `new_end` of the new one."""

    start: int
    end: int
    new_start: int
    new_end: int


def diff(old: Sequence[bytes], new: Sequence[bytes]) -> list[Edit]:
    """Give the edits that make `new` of `old`, in order; between any two is a line that stayed."""
    head = _common_start(old, new)
    tail = _common_start(old[head:][::-1], new[head:][::-1])
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    kept = _kept(middle_old, middle_new)
    deleted = [True] * len(old)
    added = [True] * len(new)
    same = [(at, at) for at in range(head)]
    same += [(x + head, y + head) for x, y in kept]
    same += [(len(old) - at, len(new) - at) for at in range(tail, 0, -1)]
    for x, y in same:
        deleted[x] = added[y] = False
    _slide(_Side(old, deleted), _Side(new, added))
    _slide(_Side(new, added), _Side(old, deleted))
    return _edits(deleted, added)


def _common_start(one: Sequence[bytes], other: Sequence[bytes]) -> int:
    count = 0
    for mine, yours in zip(one, other, strict=False):
        if mine != yours:
            break
        count += 1
    return count


def _kept(old: Sequence[bytes], new: Sequence[bytes]) -> list[tuple[int, int]]:
    """The pairs of lines that a shortest edit leaves; none where it is too long to be found."""
    furthest = {1: 0}
    """How far into `old` the best way comes, by diagonal (place in old minus place in new)."""
    trace: list[dict[int, int]] = []
    for edits in range(min(len(old) + len(new), MOST_EDITS) + 1):
        trace.append({})
        for diagonal in range(-edits, edits + 1, 2):
            x = _step(furthest, diagonal, edits)
            y = x - diagonal
            while x < len(old) and y < len(new) and old[x] == new[y]:
                x, y = x + 1, y + 1
            furthest[diagonal] = trace[-1][diagonal] = x
            if x >= len(old) and y >= len(new):
                return _walk_back(trace, len(old), len(new))
    return []


def _step(furthest: dict[int, int], diagonal: int, edits: int) -> int:
    """Where an edit more leads to on a diagonal: by an added line, or by a deleted one."""
    down = diagonal == -edits or (
        diagonal != edits and furthest[diagonal - 1] < furthest[diagonal + 1]
    )
    return furthest[diagonal + 1] if down else furthest[diagonal - 1] + 1


def _walk_back(trace: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for edits in range(len(trace) - 1, 0, -1):
        diagonal = x - y
        before = trace[edits - 1]
        arrived = _step(before, diagonal, edits)
        while x > arrived:
            x, y = x - 1, y - 1
            kept.append((x, y))
        down = diagonal == -edits or (
            diagonal != edits and before[diagonal - 1] < before[diagonal + 1]
        )
        x, y = (x, y - 1) if down else (x - 1, y)
    kept += [(at, at) for at in range(x - 1, -1, -1)]
    return kept[::-1]


class _Side:
    """One text with its changed lines, and a group of them that is looked at, which may be empty."""

    def __init__(self, lines: Sequence[bytes], changed: list[bool]) -> None:
        self.lines = lines
        self.changed = changed
        self.start = self.end = 0
        self._extend()

    def _extend(self) -> None:
        while self.end < len(self.lines) and self.changed[self.end]:
            self.end += 1

    @property
    def empty(self) -> bool:
        return self.start == self.end

    def next(self) -> bool:
        """Go to the group behind the next line that stayed; False at the end."""
        if self.end == len(self.lines):
            return False
        self.start = self.end = self.end + 1
        self._extend()
        return True

    def previous(self) -> None:
        """Go to the group before the line that stayed above this one."""
        self.end = self.start = self.start - 1
        while self.start and self.changed[self.start - 1]:
            self.start -= 1

    def slide_down(self) -> bool:
        """Move the group by a line, if the text then still reads the same."""
        if self.end == len(self.lines) or self.lines[self.start] != self.lines[self.end]:
            return False
        self.changed[self.start], self.changed[self.end] = False, True
        self.start, self.end = self.start + 1, self.end + 1
        self._extend()
        return True

    def slide_up(self) -> bool:
        """Move it by a line the other way."""
        if not self.start or self.lines[self.start - 1] != self.lines[self.end - 1]:
            return False
        self.start, self.end = self.start - 1, self.end - 1
        self.changed[self.start], self.changed[self.end] = True, False
        while self.start and self.changed[self.start - 1]:
            self.start -= 1
        return True


def _slide(side: _Side, other: _Side) -> None:
    """Move every group of one text to where it belongs; `other` keeps beside it."""
    while True:
        if not side.empty:
            _place(side, other)
        if not side.next():
            return
        other.next()


def _place(side: _Side, other: _Side) -> None:
    size, beside = -1, None
    while size != side.end - side.start:
        size, beside = side.end - side.start, None
        while side.slide_up():
            other.previous()
        if not other.empty:
            beside = side.end
        while side.slide_down():
            other.next()
            if not other.empty:
                beside = side.end
    if beside is not None:
        while other.empty and side.slide_up():
            other.previous()


def _edits(deleted: list[bool], added: list[bool]) -> list[Edit]:
    found: list[Edit] = []
    x = y = 0
    while x < len(deleted) or y < len(added):
        start, new_start = x, y
        while x < len(deleted) and deleted[x]:
            x += 1
        while y < len(added) and added[y]:
            y += 1
        if (x, y) != (start, new_start):
            found.append(Edit(start, x, new_start, y))
        x, y = x + 1, y + 1
    return found
