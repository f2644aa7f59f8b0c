import pytest
from timeline_group import timeline_group

SPANS = [("plan", 10, 20), ("build & test", 15, 50), ("<ship>", 50, 50)]


def boxes(group):
    return [[float(r.get(name)) for name in ("x", "y", "width", "height")] for r in group]


def test_time_runs_to_the_right_and_rows_down(read_fragment):
    group = read_fragment(timeline_group(SPANS))

    assert group.tag == "g"
    assert boxes(group) == [
        pytest.approx([0, 2, 100, 16]),
        pytest.approx([50, 22, 350, 16]),
        pytest.approx([400, 42, 0, 16]),
    ]


def test_width_and_row_can_be_chosen(read_fragment):
    group = read_fragment(timeline_group([("a", 0, 1), ("b", 1, 3)], 90, 10))

    assert boxes(group) == [pytest.approx([0, 1, 30, 8]), pytest.approx([30, 11, 60, 8])]


def test_each_bar_tells_its_name(read_fragment):
    group = read_fragment(timeline_group(SPANS))

    assert [rect.find("title").text for rect in group] == ["plan", "build & test", "<ship>"]
    assert {rect.get("fill") for rect in group} == {"#3f8f5f"}


def test_no_spans_and_no_time(read_fragment):
    assert len(read_fragment(timeline_group([]))) == 0
    assert boxes(read_fragment(timeline_group([("a", 7, 7)]))) == [pytest.approx([0, 2, 0, 16])]


def test_later_clocks_and_other_units_change_nothing(read_fragment):
    moved = [(name, 3600 + 60 * start, 3600 + 60 * end) for name, start, end in SPANS]

    assert boxes(read_fragment(timeline_group(moved))) == [
        pytest.approx(box, abs=0.011) for box in boxes(read_fragment(timeline_group(SPANS)))
    ]


def test_it_builds_on_band_positions(calls_of):
    calls = calls_of("timeline_group", "band_positions")

    timeline_group(SPANS)

    assert calls


def test_a_span_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError):
        timeline_group([("a", 0, 5), ("b", 4, 3)])
