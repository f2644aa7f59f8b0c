from fractions import Fraction

import pytest
from rational_roots import rational_roots


def test_integer_roots_come_in_ascending_order():
    assert rational_roots([6, -5, 1]) == [2, 3]


def test_fractional_and_negative_roots_are_found():
    assert rational_roots([-1, 1, 6]) == [Fraction(-1, 2), Fraction(1, 3)]


def test_a_repeated_root_is_listed_once():
    assert rational_roots([9, -6, 1]) == [3]


def test_zero_is_a_root_when_the_constant_term_is_missing():
    assert rational_roots([0, 0, -4, 2]) == [0, 2]


@pytest.mark.parametrize("coefficients", [[-2, 0, 1], [1, 0, 1], [7], [7, 0, 0]])
def test_polynomials_without_rational_roots_give_none(coefficients):
    assert rational_roots(coefficients) == []


def test_zeros_at_the_top_change_nothing():
    assert rational_roots([6, -5, 1, 0, 0]) == [2, 3]


def test_the_roots_are_fractions():
    assert all(isinstance(root, Fraction) for root in rational_roots([0, -2, 1]))


def test_it_builds_on_evaluate_polynomial(calls_of):
    calls = calls_of("rational_roots", "evaluate_polynomial")

    rational_roots([6, -5, 1])

    assert calls


@pytest.mark.parametrize("coefficients", [[], [0], [0, 0, 0]])
def test_the_zero_polynomial_is_refused(coefficients):
    with pytest.raises(ValueError):
        rational_roots(coefficients)
