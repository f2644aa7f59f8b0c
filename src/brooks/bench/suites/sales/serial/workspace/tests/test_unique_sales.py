import pytest
from unique_sales import unique_sales

NAMES = "order,date,product,units,price"


def unique(*lines):
    sales = unique_sales("\n".join([NAMES, *lines]))
    return [(sale["order"], sale["product"], sale["units"]) for sale in sales]


def test_a_sale_is_a_whole_record():
    assert unique_sales(f"{NAMES}\nA1,2024-01-05,lamp,3,12.50") == [
        {"order": "A1", "date": "2024-01-05", "product": "lamp", "units": 3, "price": 1250}
    ]


def test_the_later_version_counts_in_the_place_of_the_first():
    assert unique("A1,2024-01-05,lamp,3,1", "A2,2024-01-05,lamp,1,1", "A1,2024-01-01,lamp,5,1") == [
        ("A1", "lamp", 5),
        ("A2", "lamp", 1),
    ]


def test_two_products_of_one_order_are_two_sales():
    assert unique("A1,2024-01-05,lamp,3,1", "A1,2024-01-05,bulb,3,1") == [
        ("A1", "lamp", 3),
        ("A1", "bulb", 3),
    ]


def test_a_rejected_version_replaces_nothing():
    assert unique("A1,2024-01-05,lamp,3,1", "A1,2024-01-05,lamp,0,1") == [("A1", "lamp", 3)]


def test_nothing_sold():
    assert unique() == []


def test_the_table_twice_has_the_sales_of_the_table_once():
    lines = [f"A{n % 7},2024-01-05,p{n % 3},{n + 1},1" for n in range(40)]

    once = unique(*lines)

    assert len(once) == 21
    assert unique(*lines, *lines) == once


def test_it_builds_on_validate_records(calls_of):
    calls = calls_of("unique_sales", "validate_records")

    unique("A1,2024-01-05,lamp,3,1")

    assert calls


def test_a_missing_column_is_refused():
    with pytest.raises(ValueError):
        unique_sales("order,date\nA1,2024-01-05")
