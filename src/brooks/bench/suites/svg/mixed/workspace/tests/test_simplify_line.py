import pytest
from simplify_line import simplify_line


def test_small_wiggles_go_and_corners_stay():
    points = [(0, 0), (1, 0.1), (2, -0.1), (3, 5), (4, 6), (5, 7), (6, 8.1), (7, 9)]

    assert simplify_line(points, 0.5) == [(0, 0), (2, -0.1), (3, 5), (7, 9)]


def test_points_on_a_segment_are_dropped_without_any_tolerance():
    assert simplify_line([(0, 0), (1, 0), (4, 0), (4, 2), (4, 8)], 0) == [(0, 0), (4, 0), (4, 8)]


def test_exactly_the_tolerance_is_not_farther():
    points = [(0, 0), (5, 2), (10, 0)]

    assert simplify_line(points, 2) == [(0, 0), (10, 0)]
    assert simplify_line(points, 1.99) == points


def test_the_distance_is_to_the_segment_and_not_to_its_line():
    points = [(0, 0), (20, 0), (10, 0)]

    assert simplify_line(points, 5) == points
    assert simplify_line(points, 10) == [(0, 0), (10, 0)]


def test_a_closed_line_keeps_its_farthest_point():
    points = [(0, 0), (4, 0), (4, 3), (0, 3), (0, 0)]

    assert simplify_line(points, 4.5) == [(0, 0), (4, 3), (0, 0)]


def test_short_lines_come_back_as_a_new_list():
    points = [(1, 1), (1, 1)]

    simplify_line(points, 5).append((0, 0))

    assert points == [(1, 1), (1, 1)]
    assert simplify_line([], 1) == []
    assert simplify_line([(2, 3)], 1) == [(2, 3)]


def test_deep_splits_do_not_overflow():
    points = [(i, i % 2 * 1000 * 0.99**i + 1e-3 * (i % 2)) for i in range(1100)]

    assert simplify_line(points, 0) == points


def test_a_negative_tolerance_is_refused():
    with pytest.raises(ValueError):
        simplify_line([(0, 0), (1, 1)], -0.1)
