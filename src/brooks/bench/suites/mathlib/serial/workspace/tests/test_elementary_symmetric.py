from fractions import Fraction
from itertools import combinations
from math import comb, prod

from elementary_symmetric import elementary_symmetric


def test_three_values():
    assert elementary_symmetric([2, 3, 5]) == [1, 10, 31, 30]


def test_it_sums_the_products_of_all_choices():
    values = [4, -1, Fraction(1, 2), 7, 0]

    found = elementary_symmetric(values)

    assert found == [sum(prod(choice) for choice in combinations(values, k)) for k in range(6)]


def test_no_values_leave_only_the_empty_product():
    assert elementary_symmetric([]) == [1]


def test_equal_ones_count_the_choices():
    assert elementary_symmetric([1] * 8) == [comb(8, k) for k in range(9)]


def test_zeros_are_not_dropped_from_the_end():
    assert elementary_symmetric([0, 0, 3]) == [1, 3, 0, 0]


def test_it_builds_on_polynomial_from_roots(calls_of):
    calls = calls_of("elementary_symmetric", "polynomial_from_roots")

    elementary_symmetric([1, 2])

    assert calls
