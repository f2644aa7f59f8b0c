from fractions import Fraction

from add_polynomials import add_polynomials


def test_coefficients_at_equal_places_are_added():
    assert add_polynomials([1, 2, 3], [4, -1, 5]) == [5, 1, 8]


def test_the_shorter_polynomial_is_filled_with_zeros():
    assert add_polynomials([1], [0, 0, 7]) == add_polynomials([0, 0, 7], [1]) == [1, 0, 7]


def test_a_leading_term_that_cancels_is_dropped():
    assert add_polynomials([1, 2, 3], [1, 0, -3]) == [2, 2]


def test_a_polynomial_and_its_opposite_give_the_empty_list():
    assert add_polynomials([4, -1], [-4, 1]) == []
    assert add_polynomials([], []) == []


def test_the_sum_is_exact():
    total = add_polynomials([Fraction(1, 3), 1], [Fraction(1, 6)])

    assert total == [Fraction(1, 2), 1]
    assert all(isinstance(coefficient, Fraction) for coefficient in total)


def test_it_builds_on_trim_polynomial(calls_of):
    calls = calls_of("add_polynomials", "trim_polynomial")

    add_polynomials([1, 2], [3, 4])

    assert calls
