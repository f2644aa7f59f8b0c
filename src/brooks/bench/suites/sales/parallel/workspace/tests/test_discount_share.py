from fractions import Fraction

import pytest
from discount_share import discount_share


def sale(units, price, discount):
    return {"units": units, "price": price, "discount": discount}


def test_one_discounted_sale_among_two():
    assert discount_share([sale(1, 1000, 0), sale(1, 1000, 50)]) == Fraction(1, 4)


def test_large_sales_weigh_more_than_small_ones():
    assert discount_share([sale(9, 1000, 10), sale(1, 1000, 100)]) == Fraction(19, 100)


def test_without_discounts_nothing_is_given_away():
    assert discount_share([{"units": 3, "price": 333}]) == 0


@pytest.mark.parametrize("sales", [[], [sale(0, 1000, 20)], [sale(5, 0, 20)]])
def test_without_gross_revenue_the_share_is_nothing(sales):
    share = discount_share(sales)

    assert share == 0
    assert isinstance(share, Fraction)


def test_one_discount_for_all_is_the_share():
    for discount in range(101):
        share = discount_share([sale(units, 100, discount) for units in (1, 5, 7)])
        assert isinstance(share, Fraction)
        assert share == Fraction(discount, 100)


def test_it_builds_on_revenue_of(calls_of):
    calls = calls_of("discount_share", "revenue_of")

    discount_share([sale(1, 10, 0), sale(2, 10, 0)])

    assert len(calls) == 2


def test_an_impossible_sale_is_refused():
    with pytest.raises(ValueError):
        discount_share([sale(1, 10, 101)])
