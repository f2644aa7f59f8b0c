import pytest
from baskets_of import baskets_of


def sales_of(*pairs):
    return [{"order": order, "product": product, "units": 1} for order, product in pairs]


def test_the_products_of_an_order_come_together():
    sales = sales_of(("A1", "lamp"), ("A2", "chair"), ("A1", "bulb"))

    assert baskets_of(sales) == {"A1": ["bulb", "lamp"], "A2": ["chair"]}


def test_a_product_sold_twice_is_listed_once():
    assert baskets_of(sales_of(("A1", "lamp"), ("A1", "lamp"))) == {"A1": ["lamp"]}


def test_orders_stand_in_order_of_first_appearance():
    sales = sales_of(("B", "lamp"), ("A", "lamp"), ("B", "bulb"), ("0", "lamp"))

    assert list(baskets_of(sales)) == ["B", "A", "0"]


def test_nothing_sold_fills_no_basket():
    assert baskets_of([]) == {}


def test_the_products_do_not_depend_on_the_order_of_the_sales():
    sales = sales_of(*[(f"A{n % 4}", f"product {n * n % 11}") for n in range(40)])

    assert baskets_of(sales) == baskets_of(sales[::-1])


@pytest.mark.parametrize(
    "sale",
    [
        {"product": "lamp"},
        {"order": "A1"},
        {"order": "", "product": "x"},
        {"order": "A", "product": None},
    ],
)
def test_a_sale_without_order_or_product_is_refused(sale):
    with pytest.raises(ValueError):
        baskets_of([{"order": "A1", "product": "lamp"}, sale])
