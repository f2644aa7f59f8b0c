import pytest
from convex_hull import convex_hull


def test_points_inside_are_left_out():
    points = [(2, 2), (0, 0), (4, 0), (1, 3), (4, 4), (0, 4), (3, 1)]

    assert convex_hull(points) == [(0, 0), (4, 0), (4, 4), (0, 4)]


def test_points_on_an_edge_are_no_corners():
    points = [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 1)]

    assert convex_hull(points) == [(0, 0), (2, 0), (2, 2)]


def test_it_starts_at_the_leftmost_point_and_the_lower_one_of_two():
    assert convex_hull([(5, 9), (1, 7), (1, 2), (6, 3)]) == [(1, 2), (6, 3), (5, 9), (1, 7)]


def test_points_on_one_line_leave_the_two_ends():
    assert convex_hull([(3, 3), (1, 1), (2, 2), (7, 7)]) == [(1, 1), (7, 7)]


def test_repeated_points_count_once():
    assert convex_hull([(2, 5), (2, 5), (2, 5)]) == [(2, 5)]
    assert convex_hull([(2, 5), (0, 0), (2, 5)]) == [(0, 0), (2, 5)]


def test_the_hull_of_the_hull_is_the_hull():
    points = [(i * i % 31, i * i * i % 37) for i in range(30)]

    hull = convex_hull(points)

    assert convex_hull(hull[::-1]) == hull


def test_no_points_are_refused():
    with pytest.raises(ValueError):
        convex_hull([])
