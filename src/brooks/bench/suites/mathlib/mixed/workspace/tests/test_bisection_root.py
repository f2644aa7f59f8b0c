from math import cos, sqrt

import pytest
from bisection_root import bisection_root


def test_the_square_root_of_two():
    assert bisection_root(lambda x: x * x - 2, 0, 2) == pytest.approx(sqrt(2), abs=1e-8)


def test_a_falling_function_works_as_well():
    assert bisection_root(lambda x: cos(x) - x, 0, 1) == pytest.approx(0.7390851332, abs=1e-8)


def test_a_zero_at_an_end_is_returned_as_it_is():
    assert bisection_root(lambda x: x - 3, 3, 10) == 3
    assert bisection_root(lambda x: x - 10, 3, 10) == 10


def test_a_wide_tolerance_needs_fewer_questions():
    asked = []

    root = bisection_root(lambda x: asked.append(x) or x - 0.3, 0, 1, 0.1)

    assert abs(root - 0.3) <= 0.1
    assert len(asked) <= 20


def test_a_tolerance_finer_than_floats_still_ends():
    assert bisection_root(lambda x: x - 1e6 / 3, 0, 1e6, 1e-30) == pytest.approx(1e6 / 3)


def test_equal_signs_at_both_ends_are_refused():
    with pytest.raises(ValueError):
        bisection_root(lambda x: x * x + 1, -1, 1)


@pytest.mark.parametrize(("low", "high", "tolerance"), [(1, 1, 0.1), (2, 1, 0.1), (0, 1, 0)])
def test_empty_intervals_and_a_tolerance_of_zero_are_refused(low, high, tolerance):
    with pytest.raises(ValueError):
        bisection_root(lambda x: x - 0.5, low, high, tolerance)
