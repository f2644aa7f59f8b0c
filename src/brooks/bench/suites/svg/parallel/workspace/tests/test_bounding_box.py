import pytest
from bounding_box import bounding_box


def test_a_triangle():
    assert bounding_box([(3, 1), (8, 5), (4, 12)]) == (3, 1, 5, 11)


def test_places_left_of_and_above_zero():
    assert bounding_box([(-7, -2), (-3, -9)]) == (-7, -9, 4, 7)


def test_one_point_has_no_size():
    assert bounding_box([(2.5, -1)]) == (2.5, -1, 0, 0)


def test_points_that_can_be_read_only_once():
    assert bounding_box((i, 10 - i) for i in range(5)) == (0, 6, 4, 4)


def test_every_point_is_inside_and_every_side_is_touched():
    points = [(i * 37 % 101, i * i % 89) for i in range(50)]

    x, y, width, height = bounding_box(points)

    assert all(x <= px <= x + width and y <= py <= y + height for px, py in points)
    assert {x, x + width} <= {px for px, _ in points}
    assert {y, y + height} <= {py for _, py in points}


def test_no_points_are_refused():
    with pytest.raises(ValueError):
        bounding_box([])
