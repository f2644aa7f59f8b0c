from fractions import Fraction

import pytest
from evaluate_polynomial import evaluate_polynomial


def test_the_constant_term_comes_first():
    assert evaluate_polynomial([5, 0, 2], 3) == 23


@pytest.mark.parametrize("x", [-2, 0, 1, Fraction(1, 7)])
def test_a_constant_has_the_same_value_everywhere(x):
    assert evaluate_polynomial([9], x) == 9


def test_the_empty_list_is_the_zero_polynomial():
    assert evaluate_polynomial([], 17) == 0


def test_at_zero_the_value_is_the_constant_term():
    assert evaluate_polynomial([-4, 8, 15], 0) == -4


def test_fractions_stay_exact():
    assert evaluate_polynomial([1, Fraction(1, 2), 3], Fraction(2, 3)) == Fraction(8, 3)


def test_the_sum_of_a_geometric_series():
    assert evaluate_polynomial([1] * 20, 2) == 2**20 - 1
