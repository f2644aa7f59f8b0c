from fractions import Fraction

import pytest
from concentration_index import concentration_index


def test_a_large_and_two_small_customers():
    assert concentration_index([50, 25, 25]) == Fraction(3, 8)


def test_one_customer_brings_everything():
    assert concentration_index([900]) == concentration_index([0, 900, 0]) == 1


@pytest.mark.parametrize("count", [1, 2, 3, 10, 77])
def test_equal_customers(count):
    assert concentration_index([120] * count) == Fraction(1, count)


def test_the_index_is_an_exact_fraction():
    index = concentration_index([10**20, 10**20 + 1])

    assert isinstance(index, Fraction)
    assert index > Fraction(1, 2)


def test_neither_order_nor_currency_matters():
    revenues = [n * n % 37 for n in range(20)]

    index = concentration_index(revenues)

    assert index == concentration_index(revenues[::-1])
    assert index == concentration_index([13 * revenue for revenue in revenues])


def test_two_customers_that_become_one_concentrate_the_revenue():
    assert concentration_index([40, 30, 30]) < concentration_index([40, 60])


@pytest.mark.parametrize("revenues", [[], [0], [0, 0], [5, -1], [1, -1]])
def test_revenues_without_shares_are_refused(revenues):
    with pytest.raises(ValueError):
        concentration_index(revenues)
