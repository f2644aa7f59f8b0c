from itertools import product

import pytest
from segments_cross import segments_cross


@pytest.mark.parametrize(
    ("segments", "cross"),
    [
        (((0, 0), (4, 4), (0, 4), (4, 0)), True),
        (((0, 0), (4, 0), (2, 0), (2, 5)), True),
        (((0, 0), (2, 2), (2, 2), (5, 0)), True),
        (((0, 0), (4, 0), (0, 1), (4, 1)), False),
        (((0, 0), (1, 1), (3, 0), (0, 9)), False),
        (((0, 0), (4, 0), (5, -1), (5, 1)), False),
        (((0, 0), (6, 6), (4, 0), (4, 3)), False),
        (((4, 0), (4, 3), (0, 0), (6, 6)), False),
        (((0, 0), (6, 6), (0, 4), (3, 4)), False),
        (((0, 4), (3, 4), (0, 0), (6, 6)), False),
        (((0, 0), (2, 0), (3, 0), (9, 0)), False),
        (((0, 9), (0, 3), (0, 0), (0, 2)), False),
    ],
)
def test_crossing_touching_and_separate_segments(segments, cross):
    assert segments_cross(*segments) is cross


def test_segments_on_one_line_cross_when_they_overlap():
    assert segments_cross((0, 0), (4, 4), (3, 3), (9, 9)) is True
    assert segments_cross((0, 0), (9, 9), (3, 3), (4, 4)) is True
    assert segments_cross((0, 0), (2, 2), (3, 3), (5, 5)) is False


def test_a_segment_may_be_a_single_point():
    assert segments_cross((1, 1), (1, 1), (0, 0), (3, 3)) is True
    assert segments_cross((1, 2), (1, 2), (0, 0), (3, 3)) is False
    assert segments_cross((1, 1), (1, 1), (1, 1), (1, 1)) is True
    assert segments_cross((1, 1), (1, 1), (2, 2), (2, 2)) is False


def test_neither_direction_nor_order_matters():
    points = [(0, 0), (2, 1), (1, 2)]

    for a, b, c, d in product(points, repeat=4):
        answers = {
            segments_cross(a, b, c, d),
            segments_cross(b, a, c, d),
            segments_cross(c, d, a, b),
            segments_cross(d, c, b, a),
        }
        assert len(answers) == 1


def test_it_builds_on_orientation(calls_of):
    calls = calls_of("segments_cross", "orientation")

    answer = segments_cross((0, 0), (4, 4), (0, 4), (4, 0))

    assert answer is True
    assert calls
