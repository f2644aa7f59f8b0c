from fractions import Fraction

import pytest
from median_prices import median_prices


def sales_of(*pairs):
    return [{"product": product, "price": price} for product, price in pairs]


def test_medians_of_two_products():
    sales = sales_of(("lamp", 900), ("chair", 50), ("lamp", 100), ("lamp", 200), ("chair", 51))

    assert median_prices(sales, "product") == {"lamp": 200, "chair": Fraction(101, 2)}


def test_the_medians_are_fractions_in_order_of_first_appearance():
    medians = median_prices(sales_of(("table", 5), ("chair", 5), ("table", 7)), "product")

    assert list(medians) == ["table", "chair"]
    assert all(isinstance(median, Fraction) for median in medians.values())


def test_missing_prices_do_not_count_but_free_goods_do():
    sales = [*sales_of(("lamp", None), ("lamp", 0), ("lamp", 10)), {"product": "lamp"}]

    assert median_prices(sales, "product") == {"lamp": 5}


def test_a_group_without_any_price_is_left_out():
    assert median_prices(sales_of(("lamp", None), ("chair", 3)), "product") == {"chair": 3}
    assert median_prices([], "product") == {}


def test_one_dear_sale_changes_nothing():
    cheap = [("lamp", price) for price in (1, 2, 3, 4)]

    assert median_prices(sales_of(*cheap, ("lamp", 10**9)), "product") == {"lamp": 3}


def test_it_builds_on_group_by_and_median_of(calls_of):
    groupings = calls_of("median_prices", "group_by")
    medians = calls_of("median_prices", "median_of")

    median_prices(sales_of(("lamp", 1), ("chair", 2)), "product")

    assert len(groupings) == 1
    assert len(medians) == 2


def test_an_empty_key_is_refused():
    with pytest.raises(ValueError):
        median_prices(sales_of(("lamp", 1)), "")
