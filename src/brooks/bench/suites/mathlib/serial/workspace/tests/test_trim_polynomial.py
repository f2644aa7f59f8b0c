from fractions import Fraction

import pytest
from trim_polynomial import trim_polynomial


def test_zeros_at_the_top_are_dropped():
    assert trim_polynomial([3, 0, 2, 0, 0]) == [3, 0, 2]


def test_zeros_below_the_top_are_kept():
    assert trim_polynomial([0, 0, 5]) == [0, 0, 5]


@pytest.mark.parametrize("coefficients", [[], [0], [0, 0, 0]])
def test_the_zero_polynomial_is_the_empty_list(coefficients):
    assert trim_polynomial(coefficients) == []


def test_every_coefficient_becomes_a_fraction():
    trimmed = trim_polynomial([1, Fraction(2, 4), 0, -3])

    assert trimmed == [1, Fraction(1, 2), 0, -3]
    assert all(isinstance(coefficient, Fraction) for coefficient in trimmed)


def test_the_argument_is_left_alone():
    coefficients = [1, 0]

    trimmed = trim_polynomial(coefficients)
    trimmed.append(Fraction(9))

    assert coefficients == [1, 0]
