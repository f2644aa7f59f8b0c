from fractions import Fraction

import pytest
from central_moments import central_moments


def test_a_small_sample():
    assert central_moments([1, 2, 3, 6], 3) == [1, 0, Fraction(7, 2), Fraction(9, 2)]


def test_it_agrees_with_the_definition():
    values = [2, 9, Fraction(1, 3), -4, 9]
    mean = Fraction(sum(values)) / 5

    moments = central_moments(values, 5)

    assert moments == [sum((v - mean) ** k for v in values) / 5 for k in range(6)]


def test_equal_values_have_no_spread():
    assert central_moments([7, 7, 7], 4) == [1, 0, 0, 0, 0]


def test_moving_all_values_changes_nothing():
    assert central_moments([1, 5, 6], 4) == central_moments([101, 105, 106], 4)


def test_a_symmetric_sample_has_no_odd_moments():
    moments = central_moments([-3, -1, 0, 1, 3], 5)

    assert (moments[1], moments[3], moments[5]) == (0, 0, 0)


def test_it_builds_on_power_sums(calls_of):
    calls = calls_of("central_moments", "power_sums")

    central_moments([1, 2], 2)

    assert calls


@pytest.mark.parametrize(("values", "order"), [([], 2), ([1, 2], 0), ([1, 2], -3)])
def test_no_values_and_orders_below_one_are_refused(values, order):
    with pytest.raises(ValueError):
        central_moments(values, order)
