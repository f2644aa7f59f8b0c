r"""Merging two changes of the same file, line by line. Pure.

Where only one side changed lines of the base, its lines are taken; where both made the very same
change, it is taken once; where their changes overlap or touch, that is a conflict, as it is for
git: two people who edit neighbouring lines usually have to know of each other. A conflict is shown
as git's `diff3` style shows it:

    <<<<<<< yours
    ||||||| base
    =======
    >>>>>>> theirs

What is promised: `merge(base, ours, base)` is ours and `merge(base, base, theirs)` is theirs, byte
for byte; exchanging the sides changes neither whether a merge is clean nor a clean result; a clean
result has every line that either side added, in its order, and none that either side took away. It
is git's result too, except where lines repeat and there are several shortest ways to see a change:
there the two may differ in what they call a conflict.

A file without a last newline keeps that, line endings stay as they are, and what is no text (a NUL
in it) is never merged.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from brooks.workspace.line_diff import Edit, diff


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What came of a merge."""

    content: bytes | None
    """The file, None where it is deleted; with markers in it where there are conflicts. Of files
    that are no text it is ours, or theirs where ours was to delete it."""
    conflicts: int = 0
    """Places that have to be resolved by hand."""

    @property
    def clean(self) -> bool:
        """Whether there is nothing to resolve."""
        return not self.conflicts


def merge(base: bytes | None, ours: bytes | None, theirs: bytes | None) -> Merged:
    """Merge two changes of one file; None is a file that is not there."""
    if theirs in (ours, base):
        return Merged(content=ours)
    if base == ours:
        return Merged(content=theirs)
    if any(b"\0" in each for each in (base, ours, theirs) if each is not None):
        return Merged(content=theirs if ours is None else ours, conflicts=1)
    if ours is None or theirs is None:
        whole = _Conflict(_lines(base), _lines(ours), _lines(theirs))
        return Merged(content=b"".join(whole.shown()), conflicts=1)
    return _merge_text(_lines(base), _lines(ours), _lines(theirs))


def _lines(data: bytes | None) -> list[bytes]:
    """The lines of a file with their ends; only a line feed ends one."""
    if not data:
        return []
    lines = [line + b"\n" for line in data.split(b"\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


@dataclass(frozen=True, slots=True)
class _Conflict:
    base: Sequence[bytes]
    ours: Sequence[bytes]
    theirs: Sequence[bytes]

    def shown(self) -> Iterator[bytes]:
        """The lines of the three versions between markers."""
        end = self._line_end()
        for marker, lines in (
            (b"<<<<<<< yours", self.ours),
            (b"||||||| base", self.base),
            (b"=======", self.theirs),
        ):
            yield marker + end
            yield from lines
            if lines and not lines[-1].endswith(b"\n"):
                yield end
        yield b">>>>>>> theirs" + end

    def _line_end(self) -> bytes:
        """How the lines around the markers end."""
        ends = [line.endswith(b"\r\n") for line in (*self.ours, *self.theirs, *self.base)]
        return b"\r\n" if ends and sum(ends) * 2 > len(ends) else b"\n"


def _merge_text(base: list[bytes], ours: list[bytes], theirs: list[bytes]) -> Merged:
    result: list[bytes] = []
    conflicts = at = 0
    for group in _groups(diff(base, ours), diff(base, theirs)):
        result += base[at : group.start]
        mine = ours[slice(*group.range_in(0))]
        yours = theirs[slice(*group.range_in(1))]
        if not group.edits[1]:
            result += mine
        elif not group.edits[0] or (group.is_a_pair() and mine == yours):
            result += yours
        else:
            conflicts += 1
            result += _Conflict(base[group.start : group.end], mine, yours).shown()
        at = group.end
    result += base[at:]
    return Merged(content=b"".join(result), conflicts=conflicts)


class _Group:
    """Edits of both sides that overlap or touch, with the part of the base they cover."""

    def __init__(self, start: int, offsets: tuple[int, int]) -> None:
        self.start = self.end = start
        self.edits: tuple[list[Edit], list[Edit]] = ([], [])
        self._offsets = offsets
        """For each side, how much further a line is there than in the base, above the group."""

    def add(self, side: int, edit: Edit) -> None:
        self.edits[side].append(edit)
        self.end = max(self.end, edit.end)

    def is_a_pair(self) -> bool:
        """Whether each side has one edit, and both of the same lines."""
        one, other = self.edits
        return len(one) == len(other) == 1 and one[0][:2] == other[0][:2]

    def range_in(self, side: int) -> tuple[int, int]:
        """The lines of one side that stand where the group's part of the base was."""
        return self.start + self._offsets[side], self.end + self.offset_after(side)

    def offset_after(self, side: int) -> int:
        edits = self.edits[side]
        return edits[-1].new_end - edits[-1].end if edits else self._offsets[side]


def _groups(ours: list[Edit], theirs: list[Edit]) -> Iterator[_Group]:
    waiting = sorted(
        [(edit, 0) for edit in ours] + [(edit, 1) for edit in theirs],
        key=lambda each: (each[0].start, each[0].end),
    )
    group: _Group | None = None
    offsets = (0, 0)
    for edit, side in waiting:
        if group is None or edit.start > group.end:
            if group is not None:
                yield group
                offsets = (group.offset_after(0), group.offset_after(1))
            group = _Group(edit.start, offsets)
        group.add(side, edit)
    if group is not None:
        yield group
