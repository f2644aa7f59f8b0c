from datetime import date, timedelta

import pytest
from longest_streaks import longest_streaks


def sales_of(*texts):
    return [dict(zip(("customer", "date"), text.split(), strict=True)) for text in texts]


def test_two_customers():
    sales = sales_of("Bo 2024-01-01", "Ada 2024-01-05", "Bo 2024-01-02", "Ada 2024-01-07")

    assert longest_streaks(sales) == {"Ada": 1, "Bo": 2}


def test_the_longest_of_several_series_counts():
    days = [1, 2, 5, 6, 7, 8, 20, 21, 22]

    assert longest_streaks(sales_of(*[f"Ada 2024-03-{day:02}" for day in days])) == {"Ada": 4}


def test_months_and_leap_days_do_not_break_a_series():
    leap = sales_of("Ada 2024-02-28", "Ada 2024-02-29", "Ada 2024-03-01")
    common = sales_of("Ada 2023-02-28", "Ada 2023-03-01", "Ada 2023-12-31")

    assert longest_streaks(leap) == {"Ada": 3}
    assert longest_streaks(common) == {"Ada": 2}


def test_several_sales_on_one_day_are_one_day():
    assert longest_streaks(sales_of("Ada 2024-01-01", "Ada 2024-01-01")) == {"Ada": 1}


def test_customers_are_in_alphabetical_order():
    sales = sales_of("Cy 2024-01-01", "Ada 2024-01-01", "Bo 2024-01-01")

    assert list(longest_streaks(sales)) == ["Ada", "Bo", "Cy"]
    assert longest_streaks([]) == {}


def test_the_order_of_the_sales_does_not_matter():
    start = date(2023, 12, 1)
    days = [(start + timedelta(days=n * 37 % 100)).isoformat() for n in range(100)]

    assert longest_streaks(sales_of(*[f"Ada {day}" for day in days])) == {"Ada": 100}
    assert longest_streaks(sales_of(*[f"Ada {day}" for day in days if day != "2024-01-15"])) == {
        "Ada": 54
    }


@pytest.mark.parametrize("day", ["2023-02-29", "2024-1-1", "20240101", "soon"])
def test_what_is_no_date_is_refused(day):
    with pytest.raises(ValueError):
        longest_streaks(sales_of(f"Ada {day}"))
