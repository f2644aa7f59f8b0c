import pytest
from pivot_sales import pivot_sales

SALES = [
    {"region": "south", "product": "lamp", "revenue": 100},
    {"region": "north", "product": "lamp", "revenue": 20},
    {"region": "south", "product": "chair", "revenue": 3},
    {"region": "south", "product": "lamp", "revenue": 4000},
]


def test_regions_by_products_with_a_zero_where_nothing_was_sold():
    assert pivot_sales(SALES, "region", "product") == {
        "north": {"chair": 0, "lamp": 20},
        "south": {"chair": 3, "lamp": 4100},
    }


def test_rows_and_columns_are_in_alphabetical_order():
    table = pivot_sales(SALES, "product", "region")

    assert list(table) == ["chair", "lamp"]
    assert [list(columns) for columns in table.values()] == [["north", "south"]] * 2


def test_nothing_sold():
    assert pivot_sales([], "region", "product") == {}


def test_turning_the_table_changes_no_number():
    table = pivot_sales(SALES, "region", "product")
    turned = pivot_sales(SALES, "product", "region")

    for region, products in table.items():
        for product, revenue in products.items():
            assert turned[product][region] == revenue


def test_the_sum_of_all_cells_is_the_revenue():
    sales = [{"a": f"{n % 5}", "b": f"{n % 7}", "revenue": n * n - 90} for n in range(100)]

    table = pivot_sales(sales, "a", "b")

    assert sum(sum(row.values()) for row in table.values()) == sum(s["revenue"] for s in sales)
    assert {len(row) for row in table.values()} == {7}


def test_the_rows_do_not_share_their_cells():
    table = pivot_sales(SALES, "region", "product")

    table["north"]["chair"] = 99

    assert table["south"]["chair"] == 3


def test_equal_keys_are_refused():
    with pytest.raises(ValueError):
        pivot_sales(SALES, "region", "region")


@pytest.mark.parametrize("missing", ["region", "product"])
def test_a_sale_without_one_of_the_keys_is_refused(missing):
    sale = {key: value for key, value in SALES[0].items() if key != missing}
    with pytest.raises(ValueError):
        pivot_sales([*SALES, sale], "region", "product")
