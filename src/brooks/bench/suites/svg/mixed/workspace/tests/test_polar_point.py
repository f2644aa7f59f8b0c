from math import dist, sqrt

import pytest
from polar_point import polar_point


def near(point):
    return pytest.approx(point, abs=1e-9)


@pytest.mark.parametrize(
    ("degrees", "place"), [(0, (5, 4)), (90, (8, 7)), (180, (5, 10)), (270, (2, 7))]
)
def test_the_four_directions_of_a_clock(degrees, place):
    assert polar_point(5, 7, 3, degrees) == near(place)


def test_half_past_one_lies_right_and_above():
    assert polar_point(0, 0, sqrt(2), 45) == near((1, -1))


def test_angles_go_around():
    for degrees in (-750, -90, 30, 359):
        assert polar_point(1, 2, 3, degrees) == near(polar_point(1, 2, 3, degrees + 360))


def test_every_point_is_as_far_from_the_centre():
    for degrees in range(0, 360, 7):
        assert dist(polar_point(-4, 9, 6.5, degrees), (-4, 9)) == pytest.approx(6.5)


def test_without_a_radius_it_is_the_centre():
    assert polar_point(3, 4, 0, 123) == near((3, 4))


def test_a_negative_radius_is_refused():
    with pytest.raises(ValueError):
        polar_point(0, 0, -1, 10)
