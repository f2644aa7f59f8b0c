from math import inf, nan

import pytest
from points_text import points_text


def test_whole_numbers_stay_short():
    assert points_text([(0, 0), (10, 0), (10.0, 25.0)]) == "0,0 10,0 10,25"


def test_fractions_keep_two_decimals_at_most():
    assert points_text([(1.5, 2.25), (0.126, 9.999)]) == "1.5,2.25 0.13,10"


def test_zeros_before_the_point_stay():
    assert points_text([(100, 2000.0), (-30, 0.05)]) == "100,2000 -30,0.05"


def test_minus_zero_is_zero():
    assert points_text([(-0.0, -0.001), (-0.004, 0)]) == "0,0 0,0"


def test_large_numbers_are_written_out():
    assert points_text([(1234567.891, -1e9)]) == "1234567.89,-1000000000"


def test_no_points_give_nothing():
    assert points_text([]) == ""


def test_the_text_reads_back_to_the_points(read_points):
    points = [(i * 0.37 - 4, i * i / 7) for i in range(40)]

    for found, point in zip(read_points(points_text(points)), points, strict=True):
        assert found == pytest.approx(point, abs=0.0051)


@pytest.mark.parametrize("value", [inf, -inf, nan])
def test_places_that_are_nowhere_are_refused(value):
    with pytest.raises(ValueError):
        points_text([(1, 2), (3, value)])
