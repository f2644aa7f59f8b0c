import pytest
from monthly_revenue import monthly_revenue

NAMES = "order,date,product,units,price"


def revenue_of(*lines):
    return monthly_revenue("\n".join([NAMES, *lines]))


def test_sales_of_a_month_are_added_up():
    assert revenue_of(
        "A1,2024-01-05,lamp,3,1", "A2,2024-02-01,lamp,1,5", "A3,2024-01-31,bulb,1,2"
    ) == [
        {"month": "2024-01", "revenue": 500},
        {"month": "2024-02", "revenue": 500},
    ]


def test_months_between_are_there_with_nothing():
    assert revenue_of("A1,2024-02-05,lamp,1,1", "A2,2023-11-01,lamp,1,2") == [
        {"month": "2023-11", "revenue": 200},
        {"month": "2023-12", "revenue": 0},
        {"month": "2024-01", "revenue": 0},
        {"month": "2024-02", "revenue": 100},
    ]


def test_a_month_of_free_goods_is_a_month():
    assert revenue_of("A1,2024-01-05,sample,1,0") == [{"month": "2024-01", "revenue": 0}]


def test_rejected_sales_open_no_month():
    assert revenue_of("A1,2024-01-05,lamp,1,1", "A2,2024-05-05,lamp,0,1") == [
        {"month": "2024-01", "revenue": 100}
    ]
    assert revenue_of("A2,2024-05-05,lamp,0,1") == []


def test_the_months_are_without_gap_and_have_all_the_revenue():
    lines = [f"A{n},20{n * n % 17 + 10}-{n % 12 + 1:02}-01,lamp,1,{n}" for n in range(50)]

    months = revenue_of(*lines)

    names = [month["month"] for month in months]
    assert names == sorted(set(names))
    assert len(names) == 12 * (int(names[-1][:4]) - int(names[0][:4])) + (
        int(names[-1][5:]) - int(names[0][5:]) + 1
    )
    assert sum(month["revenue"] for month in months) == 100 * sum(range(50))


def test_it_builds_on_enrich_sales(calls_of):
    calls = calls_of("monthly_revenue", "enrich_sales")

    revenue_of("A1,2024-01-05,lamp,3,1")

    assert calls


def test_a_missing_column_is_refused():
    with pytest.raises(ValueError):
        monthly_revenue("order,date\nA1,2024-01-05")
