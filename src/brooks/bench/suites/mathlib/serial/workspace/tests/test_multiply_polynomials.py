from fractions import Fraction

from multiply_polynomials import multiply_polynomials


def test_two_linear_factors():
    assert multiply_polynomials([1, 2], [3, -1]) == [3, 5, -2]


def test_inner_terms_that_cancel_stay_as_zeros():
    assert multiply_polynomials([-1, 1], [1, 1, 1, 1]) == [-1, 0, 0, 0, 1]


def test_one_changes_nothing_and_zero_leaves_nothing():
    assert multiply_polynomials([5, 0, 7], [1]) == [5, 0, 7]
    assert multiply_polynomials([5, 0, 7], []) == []
    assert multiply_polynomials([0, 0], [5, 0, 7]) == []


def test_zeros_at_the_top_are_dropped():
    assert multiply_polynomials([2, 1, 0], [3, 0]) == [6, 3]


def test_the_order_does_not_matter():
    first, second = [1, -4, 0, 2], [Fraction(1, 2), 3]

    assert multiply_polynomials(first, second) == multiply_polynomials(second, first)


def test_the_value_of_the_product_is_the_product_of_the_values():
    first, second, x = [2, -1, 3], [1, 5, Fraction(1, 3)], Fraction(7, 2)

    def value(polynomial):
        return sum(c * x**i for i, c in enumerate(polynomial))

    assert value(multiply_polynomials(first, second)) == value(first) * value(second)


def test_it_builds_on_add_polynomials(calls_of):
    calls = calls_of("multiply_polynomials", "add_polynomials")

    multiply_polynomials([1, 2], [3, 4])

    assert calls
