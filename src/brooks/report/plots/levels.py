"""Coarser levels of rows along a time axis, so that a plot of 100,000 rows draws a few thousand marks.

A level cuts the time into bins, four times finer than the level before. Of *stretches* (rows with a `start`
and an `end`, in lanes) a bin keeps, in each lane, one mark: of the kind that took most of the bin, as long
as all the rows in it took together, so that no lane gains or loses time. Of *points* (rows with a `time`)
it keeps one mark of each lane and kind, with the number it stands for. Of *steps* (values that hold until
the next one of their series) it keeps what the last one in it came to.

The coarsest level has about 2,000 marks at most; the finest are the rows themselves.
"""

from collections.abc import Hashable, Iterable, Iterator
from typing import Any, NamedTuple

from brooks.report.page.contents import Columns, Level

MOST_MARKS = 2000
"""Marks of the coarsest level; a plot with no more rows has no coarser level."""
FINER = 4
"""How many bins of one level make one of the next coarser."""
WORTH_IT = 0.7
"""A level that has not fewer than this share of the rows is left out: it would save nothing."""


class Span(NamedTuple):
    """The time that a plot shows, log seconds."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.start


def stretch_levels(
    columns: Columns, span: Span, *, kind: str = "kind", lane: str = "lane", most: int = MOST_MARKS
) -> tuple[Level, ...]:
    """Levels of rows that last from `start` to `end`; those of one lane must not overlap."""
    sizes = _sizes(columns, span, groups=len(dict.fromkeys(columns[lane])), most=most)
    kept = f"the {kind} that took most of it"
    return _levels(columns, _stretches(columns, span, sizes, kind=kind, lane=lane), kept=kept)


def point_levels(
    columns: Columns, span: Span, *, kind: str = "kind", lane: str = "lane", most: int = MOST_MARKS
) -> tuple[Level, ...]:
    """Levels of rows at one `time` each; `count` is how many rows a mark stands for."""
    counted = {**columns, "count": columns.get("count", [1] * len(columns["time"]))}
    groups = list(zip(columns[lane], columns[kind], strict=True))
    sizes = _sizes(counted, span, groups=len(dict.fromkeys(groups)), most=most)
    found = ((size, _points(counted, groups, span, size)) for size in sizes)
    return _levels(counted, found, kept="how often it happened in it")


def step_levels(
    columns: Columns, span: Span, *, series: str = "series", most: int = MOST_MARKS
) -> tuple[Level, ...]:
    """Levels of values that hold from `start` to `end`, with what it was `before`; each series in order."""
    sizes = _sizes(columns, span, groups=len(dict.fromkeys(columns[series])), most=most)
    found = ((size, _steps(columns, columns[series], span, size)) for size in sizes)
    return _levels(columns, found, kept="what it came to by its end")


def _sizes(columns: Columns, span: Span, *, groups: int, most: int) -> list[float]:
    """Seconds of a bin at each coarser level, the coarsest first; none where there are few rows."""
    rows = len(next(iter(columns.values()), []))
    if rows <= most or span.seconds <= 0:
        return []
    bins = max(1, most // max(1, groups))
    sizes: list[float] = []
    while bins * groups < rows or not sizes:
        sizes.append(span.seconds / bins)
        bins *= FINER
    return sizes


def _levels(
    columns: Columns, coarser: Iterable[tuple[float, Columns]], *, kept: str
) -> tuple[Level, ...]:
    most = WORTH_IT * len(next(iter(columns.values()), []))
    levels = [
        Level(columns=marks, bin_seconds=size, kept=kept)
        for size, marks in coarser
        if len(next(iter(marks.values()))) < most
    ]
    return (*levels, Level(columns=columns))


class _Bin:
    """What is in one bin of one lane."""

    __slots__ = ("covered", "end", "first", "kinds")

    def __init__(self, first: float, end: float) -> None:
        self.first = first
        self.end = end
        self.covered = 0.0
        self.kinds: dict[Any, tuple[float, float, int]] = {}
        """Of each kind: how long it took, and how long the longest of its rows, and which that is."""

    def add(self, kind: Any, seconds: float, longest: float, row: int) -> None:
        """Some rows of a kind are in it."""
        self.covered += seconds
        there = self.kinds.get(kind)
        if there is None:
            self.kinds[kind] = (seconds, longest, row)
        elif longest > there[1]:
            self.kinds[kind] = (there[0] + seconds, longest, row)
        else:
            self.kinds[kind] = (there[0] + seconds, there[1], there[2])

    def join(self, later: "_Bin") -> None:
        """The next bin becomes a part of it."""
        self.end = later.end
        for kind, (seconds, longest, row) in later.kinds.items():
            self.add(kind, seconds, longest, row)

    def mark(self) -> tuple[float, float, int]:
        """Start and end of one mark for all, and the row it looks like: the longest of the winner."""
        row = max(self.kinds.values(), key=lambda each: each[0])[2]
        start = min(self.first, self.end - self.covered)
        return start, start + self.covered, row


_Bins = dict[int, _Bin]


def _stretches(
    columns: Columns, span: Span, sizes: list[float], *, kind: str, lane: str
) -> Iterator[tuple[float, Columns]]:
    """Each level from the next finer one, then in their order."""
    if not sizes:
        return
    lanes = _binned(columns, span, sizes[-1], kind=kind, lane=lane)
    found: list[tuple[float, Columns]] = []
    for size in reversed(sizes):
        marks = [mark for bins in lanes.values() for mark in _joined(bins, columns)]
        found.append((size, _marked(columns, marks)))
        lanes = {name: _coarser(bins) for name, bins in lanes.items()}
    yield from reversed(found)


def _binned(
    columns: Columns, span: Span, size: float, *, kind: str, lane: str
) -> dict[Hashable, _Bins]:
    """The bins of each lane, in order."""
    lanes: dict[Hashable, _Bins] = {}
    rows = zip(columns[lane], columns["start"], columns["end"], columns[kind], strict=True)
    for row, (name, begin, end, what) in enumerate(rows):
        bins = lanes.setdefault(name, {})
        start = begin
        number = int((start - span.start) / size)
        while start < end:
            border = span.start + (number + 1) * size
            stop = min(end, border)
            if stop > start:
                there = bins.get(number)
                if there is None:
                    there = bins[number] = _Bin(start, border)
                there.add(what, stop - start, stop - start, row)
                start = stop
            number += 1
    return {name: dict(sorted(bins.items())) for name, bins in lanes.items()}


def _coarser(bins: _Bins) -> _Bins:
    found: _Bins = {}
    for number, each in bins.items():
        there = found.get(number // FINER)
        if there is None:
            found[number // FINER] = each
        else:
            there.join(each)
    return found


def _joined(bins: _Bins, columns: Columns) -> Iterator[tuple[float, float, int]]:
    """The marks of a lane; those that touch and differ in nothing but their time as one."""
    others = [values for name, values in columns.items() if name not in {"start", "end"}]
    last: tuple[float, float, int] | None = None
    for each in bins.values():
        start, end, row = each.mark()
        if last is not None:
            touches = abs(last[1] - start) < 1e-9
            if touches and (row == last[2] or all(one[row] == one[last[2]] for one in others)):
                last = (last[0], end, last[2])
                continue
            yield last
        last = (start, end, row)
    if last is not None:
        yield last


def _marked(columns: Columns, marks: list[tuple[float, float, int]]) -> Columns:
    marks = sorted(marks)
    changed = {"start": [start for start, _, _ in marks], "end": [end for _, end, _ in marks]}
    return {
        name: changed.get(name) or [values[row] for _, _, row in marks]
        for name, values in columns.items()
    }


def _points(columns: Columns, groups: list[Any], span: Span, size: float) -> Columns:
    found = _together(columns["time"], groups, span, size)
    marks = sorted(found.values(), key=lambda rows: (columns["time"][rows[0]], rows[0]))
    counts = [sum(columns["count"][row] for row in rows) for rows in marks]
    return {
        name: counts if name == "count" else [values[rows[0]] for rows in marks]
        for name, values in columns.items()
    }


def _steps(columns: Columns, series: list[Any], span: Span, size: float) -> Columns:
    found = _together(columns["start"], series, span, size)
    marks = sorted(found.values(), key=lambda rows: (columns["start"][rows[0]], rows[0]))
    return {
        name: [values[rows[0 if name in {"start", "before"} else -1]] for rows in marks]
        for name, values in columns.items()
    }


def _together(
    times: list[float], groups: list[Any], span: Span, size: float
) -> dict[tuple[Any, int], list[int]]:
    """The rows of each group and bin."""
    found: dict[tuple[Any, int], list[int]] = {}
    for row, (time, group) in enumerate(zip(times, groups, strict=True)):
        found.setdefault((group, int((time - span.start) / size)), []).append(row)
    return found
