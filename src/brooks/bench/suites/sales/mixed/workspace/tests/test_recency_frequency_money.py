import pytest
from recency_frequency_money import recency_frequency_money


def sale(customer, date, revenue=100):
    return {"customer": customer, "date": date, "revenue": revenue}


def test_two_customers():
    sales = [
        sale("Bo", "2024-02-28", 500),
        sale("Ada", "2024-01-01", 70),
        sale("Ada", "2024-02-20", 8),
    ]

    assert recency_frequency_money(sales, "2024-03-01") == {"Ada": (10, 2, 78), "Bo": (2, 1, 500)}


def test_several_sales_on_one_day_are_one_day():
    sales = [sale("Ada", "2024-01-01"), sale("Ada", "2024-01-01"), sale("Ada", "2023-12-31")]

    assert recency_frequency_money(sales, "2024-01-02") == {"Ada": (1, 2, 300)}


def test_a_purchase_of_today_is_no_day_ago():
    assert recency_frequency_money([sale("Ada", "2024-01-01")], "2024-01-01")["Ada"][0] == 0


def test_customers_are_in_alphabetical_order():
    sales = [sale(name, "2024-01-01") for name in ("Cy", "Ada", "Bo")]

    assert list(recency_frequency_money(sales, "2024-06-01")) == ["Ada", "Bo", "Cy"]


def test_money_given_back_is_subtracted():
    sales = [sale("Ada", "2024-01-01", 900), sale("Ada", "2024-01-05", -1000)]

    assert recency_frequency_money(sales, "2024-01-05") == {"Ada": (0, 2, -100)}


def test_no_sales_and_any_order_of_sales():
    sales = [sale("AB"[n % 2], f"2024-01-{n * n % 28 + 1:02}", n) for n in range(40)]

    assert recency_frequency_money([], "2024-01-01") == {}
    assert recency_frequency_money(sales, "2024-02-01") == recency_frequency_money(
        sales[::-1], "2024-02-01"
    )


def test_a_sale_after_today_is_refused():
    with pytest.raises(ValueError):
        recency_frequency_money([sale("Ada", "2024-01-02")], "2024-01-01")


@pytest.mark.parametrize("date", ["", "2024-1-1", "20240101", "2023-02-29"])
def test_what_is_no_date_is_refused(date):
    with pytest.raises(ValueError):
        recency_frequency_money([sale("Ada", date)], "2025-01-01")
    with pytest.raises(ValueError):
        recency_frequency_money([], date)
