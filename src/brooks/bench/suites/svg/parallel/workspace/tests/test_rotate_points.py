from math import dist, sqrt

import pytest
from rotate_points import rotate_points


def near(points):
    return [pytest.approx(point, abs=1e-9) for point in points]


def test_a_quarter_turn_is_clockwise_on_the_screen():
    assert rotate_points([(1, 0), (0, 1), (2, -3)], 90) == near([(0, 1), (-1, 0), (3, 2)])


def test_an_eighth_of_a_turn():
    assert rotate_points([(sqrt(2), 0)], 45) == near([(1, 1)])
    assert rotate_points([(sqrt(2), 0)], -45) == near([(1, -1)])


def test_the_centre_stays_and_the_rest_goes_around_it():
    assert rotate_points([(5, 7), (8, 7)], 180, 5, 7) == near([(5, 7), (2, 7)])


def test_distances_do_not_change():
    points = [(0, 0), (4, 1), (-3, 8)]

    turned = rotate_points(points, 33.3, 11, -2)

    for i in range(3):
        assert dist(turned[i], turned[i - 1]) == pytest.approx(dist(points[i], points[i - 1]))
        assert dist(turned[i], (11, -2)) == pytest.approx(dist(points[i], (11, -2)))


def test_two_turns_add_up_and_a_whole_one_changes_nothing():
    points = [(3, 1), (9, -6)]

    twice = rotate_points(rotate_points(points, 25, 1, 1), 40, 1, 1)

    assert twice == near(rotate_points(points, 65, 1, 1))
    assert rotate_points(points, 360, 4, 4) == near(points)


def test_the_argument_is_left_alone_and_may_be_empty():
    points = [(1, 2)]

    rotate_points(points, 10).append((0, 0))

    assert points == [(1, 2)]
    assert rotate_points([], 10) == []
