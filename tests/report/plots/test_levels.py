"""Coarser levels: fewer marks that show the same time."""

import random

from hypothesis import given
from hypothesis import strategies as st

from brooks.report.page.contents import Columns, Level
from brooks.report.plots.levels import Span, point_levels, step_levels, stretch_levels

KINDS = "abc"


def stretches(seed: int, *, lanes: int, rows: int, gaps: bool) -> tuple[Columns, Span]:
    """Rows that follow each other in each lane, in any order of the lanes."""
    draw = random.Random(seed)
    found: list[tuple[str, float, float, str]] = []
    for lane in range(lanes):
        time = draw.random()
        for _ in range(rows):
            end = time + draw.choice((0.01, 0.1, 1.0, 5.0)) * (draw.random() + 0.01)
            found.append((f"lane-{lane}", time, end, draw.choice(KINDS)))
            time = end + (draw.random() if gaps else 0.0)
    found.sort(key=lambda row: row[1])
    names = ("lane", "start", "end", "kind")
    columns: Columns = {name: [row[place] for row in found] for place, name in enumerate(names)}
    return columns, Span(0.0, max(columns["end"]))


def length(level: Level) -> int:
    return len(level.columns["kind"])


def covered(level: Level, lane: str) -> float:
    rows = zip(level.columns["lane"], level.columns["start"], level.columns["end"], strict=True)
    return float(sum(end - start for name, start, end in rows if name == lane))


made = st.builds(
    stretches,
    st.integers(0, 10**6),
    lanes=st.integers(1, 5),
    rows=st.integers(1, 60),
    gaps=st.booleans(),
)


@given(made)
def test_no_lane_gains_or_loses_time(made: tuple[Columns, Span]) -> None:
    columns, span = made
    levels = stretch_levels(columns, span, most=20)

    for lane in set(columns["lane"]):
        for level in levels[:-1]:
            assert abs(covered(level, lane) - covered(levels[-1], lane)) < 1e-6


@given(made)
def test_marks_lie_within_the_span_and_do_not_overlap(made: tuple[Columns, Span]) -> None:
    columns, span = made

    for level in stretch_levels(columns, span, most=20):
        ends: dict[str, float] = {}
        rows = zip(level.columns["lane"], level.columns["start"], level.columns["end"], strict=True)
        for lane, start, end in rows:
            assert span.start - 1e-9 <= start < end <= span.end + 1e-6
            assert start >= ends.get(lane, span.start) - 1e-9
            ends[lane] = end


@given(made)
def test_levels_go_from_few_marks_to_the_rows_themselves(made: tuple[Columns, Span]) -> None:
    columns, span = made
    levels = stretch_levels(columns, span, most=20)

    assert levels[-1] == Level(columns=columns)
    sizes = [level.bin_seconds for level in levels[:-1]]
    assert sizes == sorted(sizes, reverse=True)
    for level in levels[:1] if len(levels) > 1 else ():
        assert length(level) <= 20
    assert levels == stretch_levels(columns, span, most=20)


def test_of_a_bin_the_kind_that_took_most_of_it_is_shown() -> None:
    columns: Columns = {
        "lane": ["x"] * 5,
        "start": [0.0, 1.0, 4.0, 5.0, 7.0],
        "end": [1.0, 4.0, 5.0, 7.0, 8.0],
        "kind": ["a", "b", "a", "c", "a"],
        "task": ["1", "2", "3", "4", "5"],
    }

    levels = stretch_levels(columns, Span(0.0, 8.0), most=2)

    assert levels[0].bin_seconds == 4.0
    assert levels[0].columns == {
        "lane": ["x", "x"],
        "start": [0.0, 4.0],
        "end": [4.0, 8.0],
        "kind": ["b", "a"],
        "task": ["2", "3"],
    }


def test_few_rows_have_no_coarser_level() -> None:
    columns, span = stretches(1, lanes=2, rows=5, gaps=False)

    assert stretch_levels(columns, span) == (Level(columns=columns),)
    assert stretch_levels({"lane": [], "start": [], "end": [], "kind": []}, span) == (
        Level(columns={"lane": [], "start": [], "end": [], "kind": []}),
    )


@given(
    st.lists(
        st.tuples(st.floats(0, 100), st.sampled_from("xy"), st.sampled_from(KINDS)), min_size=1
    )
)
def test_a_mark_says_how_many_points_it_stands_for(rows: list[tuple[float, str, str]]) -> None:
    rows.sort()
    names = ("time", "lane", "kind")
    columns: Columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}

    for level in point_levels(columns, Span(0.0, 100.0), most=6):
        assert sum(level.columns["count"]) == len(rows)
        for kind in KINDS:
            marks = zip(level.columns["kind"], level.columns["count"], strict=True)
            assert sum(n for each, n in marks if each == kind) == columns["kind"].count(kind)


@given(st.lists(st.floats(0.001, 5.0), min_size=1, max_size=80))
def test_steps_keep_what_they_came_to(lengths: list[float]) -> None:
    """A coarser step holds from the first of its steps to the end of the last, at the last's value."""
    starts = [sum(lengths[:place]) for place in range(len(lengths))]
    columns: Columns = {
        "series": ["s"] * len(lengths),
        "start": starts,
        "end": [start + each for start, each in zip(starts, lengths, strict=True)],
        "before": list(range(len(lengths))),
        "value": list(range(1, len(lengths) + 1)),
    }

    for level in step_levels(columns, Span(0.0, columns["end"][-1]), most=5):
        assert level.columns["value"][-1] == len(lengths)
        assert level.columns["before"][1:] == level.columns["value"][:-1]
        assert level.columns["start"][1:] == level.columns["end"][:-1]
