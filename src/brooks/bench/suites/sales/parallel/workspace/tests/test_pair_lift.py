from fractions import Fraction

import pytest
from pair_lift import pair_lift


def sales_of(*baskets):
    return [
        {"order": f"A{number}", "product": product}
        for number, basket in enumerate(baskets)
        for product in basket.split()
    ]


def test_products_that_go_together():
    sales = sales_of("lamp bulb", "lamp bulb chair", "chair", "table")

    assert pair_lift(sales, "lamp", "bulb") == 2


def test_products_that_have_nothing_to_do_with_each_other():
    assert pair_lift(sales_of("lamp chair", "lamp", "chair", "table"), "lamp", "chair") == 1


def test_a_frequent_and_a_rare_product():
    assert pair_lift(sales_of("lamp", "lamp bulb", "lamp", "chair"), "lamp", "bulb") == Fraction(
        4, 3
    )


def test_products_that_are_never_together():
    assert pair_lift(sales_of("lamp", "chair"), "lamp", "chair") == 0


def test_two_of_a_product_in_one_basket_count_once():
    lift = pair_lift(sales_of("lamp lamp bulb", "lamp", "bulb bulb bulb"), "lamp", "bulb")

    assert isinstance(lift, Fraction)
    assert lift == Fraction(3, 4)


def test_the_order_of_the_two_does_not_matter():
    sales = sales_of("a b", "a c", "b c d", "a d", "d", "a b d")

    for first, second in [("a", "b"), ("a", "d"), ("c", "d")]:
        assert pair_lift(sales, first, second) == pair_lift(sales[::-1], second, first)


def test_it_builds_on_baskets_of(calls_of):
    calls = calls_of("pair_lift", "baskets_of")

    pair_lift(sales_of("lamp bulb"), "lamp", "bulb")

    assert calls


@pytest.mark.parametrize(
    ("first", "second"), [("lamp", "lamp"), ("lamp", "sofa"), ("sofa", "lamp")]
)
def test_a_product_with_itself_or_never_sold_is_refused(first, second):
    with pytest.raises(ValueError):
        pair_lift(sales_of("lamp bulb"), first, second)


def test_a_sale_without_order_is_refused():
    with pytest.raises(ValueError):
        pair_lift([*sales_of("lamp bulb"), {"product": "lamp"}], "lamp", "bulb")
