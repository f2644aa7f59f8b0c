"""Coarser levels of rows along a time axis, so that a plot of 100,000 rows draws a few thousand marks.

A level cuts the time into bins, four times finer than the level before. Of *stretches* (rows with a `start`
and an `end`, in lanes) a bin keeps, in each lane, one mark: of the kind that took most of the bin, as long
as all the rows in it took together, so that no lane gains or loses time. Of *points* (rows with a `time`)
it keeps one mark of each lane and kind, with the number it stands for. Of *steps* (values that hold until
the next one of their series) it keeps what the last one in it came to.

The coarsest level has about 2,000 marks at most; the finest are the rows themselves.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, NamedTuple

from brooks.report.page.contents import Columns, Level

MOST_MARKS = 2000
"""Marks of the coarsest level; a plot with no more rows has no coarser level."""
FINER = 4
"""How many bins of one level make one of the next coarser."""
WORTH_IT = 0.7
"""A level that has not fewer than this share of the rows is left out: it would save nothing."""

Row = dict[str, Any]


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

    def coarsened(bin_seconds: float) -> list[Row]:
        return _coarse_stretches(_rows(columns), span, bin_seconds, kind=kind, lane=lane)

    lanes = len(dict.fromkeys(columns[lane]))
    return _levels(
        columns, span, coarsened, groups=lanes, most=most, kept=f"the {kind} that took most of it"
    )


def point_levels(
    columns: Columns, span: Span, *, kind: str = "kind", lane: str = "lane", most: int = MOST_MARKS
) -> tuple[Level, ...]:
    """Levels of rows at one `time` each; `count` is how many rows a mark stands for."""
    rows = len(columns["time"])
    counted = {**columns, "count": columns.get("count", [1] * rows)}

    def coarsened(bin_seconds: float) -> list[Row]:
        return _coarse_points(_rows(counted), span, bin_seconds, kind=kind, lane=lane)

    groups = len(dict.fromkeys(zip(columns[lane], columns[kind], strict=True)))
    return _levels(
        counted, span, coarsened, groups=groups, most=most, kept="how often it happened in it"
    )


def step_levels(
    columns: Columns, span: Span, *, series: str = "series", most: int = MOST_MARKS
) -> tuple[Level, ...]:
    """Levels of values that hold from `start` to `end`, with what it was `before`; each series in order."""

    def coarsened(bin_seconds: float) -> list[Row]:
        return _coarse_steps(_rows(columns), span, bin_seconds, series=series)

    groups = len(dict.fromkeys(columns[series]))
    return _levels(
        columns, span, coarsened, groups=groups, most=most, kept="what it came to by its end"
    )


def _levels(
    columns: Columns,
    span: Span,
    coarsened: Callable[[float], list[Row]],
    *,
    groups: int,
    most: int,
    kept: str,
) -> tuple[Level, ...]:
    rows = len(next(iter(columns.values()), []))
    levels: list[Level] = []
    if rows > most and span.seconds > 0:
        size = span.seconds / max(1, most // max(1, groups))
        while True:
            marks = coarsened(size)
            if len(marks) >= WORTH_IT * rows:
                break
            levels.append(Level(columns=_columns(marks, columns), bin_seconds=size, kept=kept))
            size /= FINER
    return (*levels, Level(columns=columns))


def _coarse_stretches(
    rows: Iterator[Row], span: Span, size: float, *, kind: str, lane: str
) -> list[Row]:
    marks: list[Row] = []
    for own in _grouped(rows, lambda row: row[lane]).values():
        marks += _joined(_binned_lane(own, span, size, kind))
    return sorted(marks, key=lambda row: row["start"])


class _Bin:
    """What is in one bin of one lane."""

    __slots__ = ("covered", "end", "first", "kinds", "longest")

    def __init__(self, first: float, end: float) -> None:
        self.first = first
        self.end = end
        self.covered = 0.0
        self.kinds: dict[Any, float] = {}
        self.longest: dict[Any, tuple[float, Row]] = {}

    def add(self, row: Row, kind: str, seconds: float) -> None:
        what = row[kind]
        self.covered += seconds
        self.kinds[what] = self.kinds.get(what, 0.0) + seconds
        if what not in self.longest or seconds > self.longest[what][0]:
            self.longest[what] = (seconds, row)

    def mark(self) -> Row:
        """One row for all: of the kind that took most, the first of equals."""
        winner = max(self.kinds, key=lambda what: self.kinds[what])
        start = min(self.first, self.end - self.covered)
        return {**self.longest[winner][1], "start": start, "end": start + self.covered}


def _binned_lane(rows: list[Row], span: Span, size: float, kind: str) -> Iterator[Row]:
    """The marks of one lane, in order."""
    bins: dict[int, _Bin] = {}
    for row in rows:
        start, end = row["start"], row["end"]
        number = _number(start, span, size)
        while start < end:
            border = min(span.start + (number + 1) * size, span.end) if end <= span.end else end
            stop = min(end, border)
            if stop > start:
                there = bins.get(number)
                if there is None:
                    there = bins[number] = _Bin(start, border)
                there.add(row, kind, stop - start)
                start = stop
            number += 1
    for number in sorted(bins):
        yield bins[number].mark()


def _joined(marks: Iterator[Row]) -> Iterator[Row]:
    """Marks that follow each other and differ in nothing but their time, as one."""
    last: Row | None = None
    for mark in marks:
        if last is not None and _same(last, mark):
            last["end"] = mark["end"]
            continue
        if last is not None:
            yield last
        last = mark
    if last is not None:
        yield last


def _same(one: Row, other: Row) -> bool:
    touches = abs(one["end"] - other["start"]) < 1e-9
    return touches and all(one[name] == other[name] for name in one if name not in {"start", "end"})


def _coarse_points(
    rows: Iterator[Row], span: Span, size: float, *, kind: str, lane: str
) -> list[Row]:
    found = _grouped(rows, lambda row: (row[lane], row[kind], _number(row["time"], span, size)))
    marks = [{**own[0], "count": sum(row["count"] for row in own)} for own in found.values()]
    return sorted(marks, key=lambda row: row["time"])


def _coarse_steps(rows: Iterator[Row], span: Span, size: float, *, series: str) -> list[Row]:
    found = _grouped(rows, lambda row: (row[series], _number(row["start"], span, size)))
    marks = [
        {**own[-1], "start": own[0]["start"], "before": own[0]["before"]} for own in found.values()
    ]
    return sorted(marks, key=lambda row: row["start"])


def _number(time: float, span: Span, size: float) -> int:
    return int((time - span.start) / size)


def _grouped(rows: Iterator[Row], key: Callable[[Row], Hashable]) -> dict[Hashable, list[Row]]:
    found: dict[Hashable, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def _rows(columns: Columns) -> Iterator[Row]:
    names = list(columns)
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(names, values, strict=True))


def _columns(rows: Sequence[Row], like: Columns) -> Columns:
    return {name: [row[name] for row in rows] for name in like}
