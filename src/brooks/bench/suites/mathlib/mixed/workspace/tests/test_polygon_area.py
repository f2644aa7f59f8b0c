from fractions import Fraction

import pytest
from polygon_area import polygon_area

ARROW = [(0, 0), (4, 0), (2, 1), (4, 4), (0, 4)]


def test_a_rectangle():
    assert polygon_area([(1, 1), (6, 1), (6, 4), (1, 4)]) == 15


def test_half_units_are_exact():
    area = polygon_area([(0, 0), (3, 0), (0, 5)])

    assert area == Fraction(15, 2)
    assert isinstance(area, Fraction)


def test_a_dented_polygon():
    assert polygon_area(ARROW) == 12


def test_neither_direction_nor_starting_corner_matters():
    turned = ARROW[2:] + ARROW[:2]

    assert polygon_area(ARROW[::-1]) == polygon_area(turned) == 12


def test_moving_the_polygon_keeps_its_area():
    far = 10**20

    assert polygon_area([(x - far, y + far) for x, y in ARROW]) == 12


def test_corners_on_one_line_enclose_nothing():
    assert polygon_area([(0, 0), (2, 2), (5, 5)]) == 0


@pytest.mark.parametrize("corners", [[], [(0, 0)], [(0, 0), (1, 1)]])
def test_fewer_than_three_corners_are_refused(corners):
    with pytest.raises(ValueError):
        polygon_area(corners)
