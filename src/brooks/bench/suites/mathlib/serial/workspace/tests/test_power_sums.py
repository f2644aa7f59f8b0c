from fractions import Fraction

import pytest
from power_sums import power_sums


def test_the_sums_of_one_two_three():
    assert power_sums([1, 2, 3], 4) == [6, 14, 36, 98]


def test_the_order_may_exceed_the_number_of_values():
    assert power_sums([2], 6) == [2, 4, 8, 16, 32, 64]


def test_the_order_may_be_smaller_than_the_number_of_values():
    assert power_sums([5, 1, -2, 8], 1) == [12]


def test_it_agrees_with_adding_the_powers():
    values = [3, Fraction(-1, 2), 4, 4, 0]

    assert power_sums(values, 7) == [sum(v**k for v in values) for k in range(1, 8)]


def test_no_values_sum_to_zero():
    assert power_sums([], 3) == [0, 0, 0]


def test_it_builds_on_elementary_symmetric(calls_of):
    calls = calls_of("power_sums", "elementary_symmetric")

    power_sums([1, 2], 2)

    assert calls


@pytest.mark.parametrize("order", [0, -1])
def test_orders_below_one_are_refused(order):
    with pytest.raises(ValueError):
        power_sums([1, 2], order)
