import pytest
from enrich_sales import enrich_sales

NAMES = "order,date,product,units,price"


def enrich(*lines):
    return enrich_sales("\n".join([NAMES, *lines]))


def test_revenue_and_month_are_added():
    assert enrich("A1,2024-01-05,lamp,3,12.50") == [
        {
            "order": "A1",
            "date": "2024-01-05",
            "product": "lamp",
            "units": 3,
            "price": 1250,
            "revenue": 3750,
            "month": "2024-01",
        }
    ]


def test_what_is_free_brings_nothing():
    assert enrich("A1,2024-12-31,sample,9,0")[0]["revenue"] == 0


def test_only_the_last_version_of_a_sale_counts():
    sales = enrich("A1,2024-01-05,lamp,3,1", "A1,2024-02-01,lamp,5,1")

    assert [(sale["revenue"], sale["month"]) for sale in sales] == [(500, "2024-02")]


def test_nothing_sold():
    assert enrich() == []


def test_all_sales_keep_their_order():
    sales = enrich(*[f"A{n},20{n:02}-{n % 12 + 1:02}-28,lamp,{n},{n}" for n in range(1, 40)])

    assert [sale["revenue"] for sale in sales] == [n * n * 100 for n in range(1, 40)]
    assert [sale["month"] for sale in sales] == [f"20{n:02}-{n % 12 + 1:02}" for n in range(1, 40)]


def test_it_builds_on_unique_sales(calls_of):
    calls = calls_of("enrich_sales", "unique_sales")

    enrich("A1,2024-01-05,lamp,3,1")

    assert calls


def test_a_missing_column_is_refused():
    with pytest.raises(ValueError):
        enrich_sales("order,date\nA1,2024-01-05")
