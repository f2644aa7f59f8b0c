import pytest
from top_products import top_products

SALES = [
    {"product": "table", "units": 1, "price": 5000},
    {"product": "lamp", "units": 2, "price": 1500},
    {"product": "chair", "units": 1, "price": 5000},
    {"product": "lamp", "units": 4, "price": 1500, "discount": 50},
    {"product": "bulb", "units": 9, "price": 100},
]


def test_the_best_stand_first():
    assert top_products(SALES, 1) == [("lamp", 6000)]


def test_equal_revenue_is_ordered_alphabetically():
    assert top_products(SALES, 3) == [("lamp", 6000), ("chair", 5000), ("table", 5000)]
    assert top_products(SALES, 2) == [("lamp", 6000), ("chair", 5000)]


def test_a_large_count_gives_all_products_there_are():
    assert [product for product, _ in top_products(SALES, 99)] == ["lamp", "chair", "table", "bulb"]
    assert top_products([], 3) == []


def test_the_order_of_the_sales_does_not_matter():
    for start in range(len(SALES)):
        assert top_products(SALES[start:] + SALES[:start], 3) == top_products(SALES, 3)


def test_it_builds_on_revenue_of(calls_of):
    calls = calls_of("top_products", "revenue_of")

    top_products(SALES, 1)

    assert len(calls) == len(SALES)


@pytest.mark.parametrize("count", [0, -1])
def test_a_count_below_one_is_refused(count):
    with pytest.raises(ValueError):
        top_products(SALES, count)


def test_an_impossible_sale_is_refused():
    with pytest.raises(ValueError):
        top_products([{"product": "lamp", "units": 1, "price": 1, "discount": 120}], 1)
