from itertools import pairwise
from math import dist, sqrt

import pytest
from regular_polygon import regular_polygon


def near(points):
    return [pytest.approx(point, abs=1e-9) for point in points]


def test_a_square_stands_on_its_corner():
    assert regular_polygon(4, 2) == near([(0, -2), (2, 0), (0, 2), (-2, 0)])


def test_a_hexagon_around_another_centre():
    half, side = 5, 5 * sqrt(3)

    assert regular_polygon(6, 10, 100, 50) == near(
        [
            (100, 40),
            (100 + side, 50 - half),
            (100 + side, 50 + half),
            (100, 60),
            (100 - side, 50 + half),
            (100 - side, 50 - half),
        ]
    )


@pytest.mark.parametrize("sides", [3, 5, 8, 17])
def test_all_corners_are_as_far_from_the_centre_and_from_each_other(sides):
    corners = regular_polygon(sides, 7, 3, -4)
    edges = [dist(here, there) for here, there in pairwise([*corners, corners[0]])]

    assert len(corners) == sides
    assert [dist(corner, (3, -4)) for corner in corners] == pytest.approx([7] * sides)
    assert edges == pytest.approx([edges[0]] * sides)


def test_the_corners_run_clockwise_on_the_screen():
    corners = regular_polygon(7, 1)
    pairs = pairwise([*corners, corners[0]])

    assert all(x1 * y2 - x2 * y1 > 0 for (x1, y1), (x2, y2) in pairs)


@pytest.mark.parametrize(("sides", "radius"), [(2, 1), (0, 1), (5, 0), (5, -1)])
def test_what_has_no_area_is_refused(sides, radius):
    with pytest.raises(ValueError):
        regular_polygon(sides, radius)
