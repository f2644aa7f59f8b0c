from fractions import Fraction

import pytest
from polynomial_from_roots import polynomial_from_roots


@pytest.mark.parametrize(
    ("roots", "polynomial"),
    [([4], [-4, 1]), ([2, 3], [6, -5, 1]), ([1, 1, 1], [-1, 3, -3, 1]), ([0, 0], [0, 0, 1])],
)
def test_known_polynomials(roots, polynomial):
    assert polynomial_from_roots(roots) == polynomial


def test_no_roots_give_the_constant_one():
    assert polynomial_from_roots([]) == [1]


def test_every_root_is_a_zero():
    roots = [Fraction(1, 2), -3, 5, 7]

    polynomial = polynomial_from_roots(roots)

    assert len(polynomial) == 5
    for root in roots:
        assert sum(c * root**i for i, c in enumerate(polynomial)) == 0


def test_the_leading_coefficient_is_one_and_all_are_fractions():
    polynomial = polynomial_from_roots([6, Fraction(2, 3)])

    assert polynomial[-1] == 1
    assert all(isinstance(coefficient, Fraction) for coefficient in polynomial)


def test_the_order_of_the_roots_does_not_matter():
    assert polynomial_from_roots([9, -2, 4]) == polynomial_from_roots([4, 9, -2])


def test_it_builds_on_multiply_polynomials(calls_of):
    calls = calls_of("polynomial_from_roots", "multiply_polynomials")

    polynomial_from_roots([1, 2])

    assert calls
