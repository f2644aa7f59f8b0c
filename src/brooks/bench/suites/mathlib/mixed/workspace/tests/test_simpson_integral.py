from math import exp, pi, sin

import pytest
from simpson_integral import simpson_integral


def test_cubic_polynomials_are_integrated_exactly():
    assert simpson_integral(lambda x: x**3 - 2 * x + 1, 0, 4, 2) == pytest.approx(52)


def test_more_intervals_come_close_to_a_curve():
    assert simpson_integral(sin, 0, pi, 100) == pytest.approx(2, abs=1e-7)
    assert simpson_integral(exp, 0, 1, 50) == pytest.approx(exp(1) - 1, abs=1e-8)


def test_two_intervals_weigh_the_middle_four_times():
    heights = {0: 3, 1: 5, 2: 11}

    assert simpson_integral(lambda x: heights[round(x)], 0, 2, 2) == pytest.approx(34 / 3)


def test_swapping_the_limits_turns_the_sign():
    forward = simpson_integral(exp, -1, 2, 10)

    assert simpson_integral(exp, 2, -1, 10) == pytest.approx(-forward)


def test_equal_limits_enclose_nothing():
    assert simpson_integral(exp, 3, 3, 4) == 0


def test_each_point_is_asked_for_once():
    asked = []

    simpson_integral(lambda x: asked.append(x) or 0, 0, 1, 10)

    assert len(asked) == 11


@pytest.mark.parametrize("intervals", [0, -2, 1, 7])
def test_odd_and_missing_intervals_are_refused(intervals):
    with pytest.raises(ValueError):
        simpson_integral(sin, 0, 1, intervals)
