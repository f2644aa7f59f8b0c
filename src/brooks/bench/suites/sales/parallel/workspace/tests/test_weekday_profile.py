from fractions import Fraction

import pytest
from weekday_profile import weekday_profile


def sales_of(*pairs):
    return [{"date": date, "units": units} for date, units in pairs]


def test_two_mondays_and_a_sunday():
    sales = sales_of(("2024-01-01", 4), ("2024-01-08", 1), ("2024-01-07", 9))

    assert weekday_profile(sales) == [Fraction(5, 2), 0, 0, 0, 0, 0, 9]


def test_two_sales_on_one_date_are_one_day():
    assert weekday_profile(sales_of(("2024-01-02", 4), ("2024-01-02", 3)))[1] == 7


def test_days_without_a_sale_of_that_weekday_do_not_count():
    sales = sales_of(("2024-01-03", 6), ("2024-06-26", 2))

    assert weekday_profile(sales)[2] == 4


def test_all_seven_are_fractions_even_without_sales():
    profile = weekday_profile([])

    assert profile == [0] * 7
    assert all(isinstance(average, Fraction) for average in profile)


def test_the_same_units_every_day_are_the_average_of_every_day():
    days = [f"2024-0{month}-{day:02}" for month in (3, 5) for day in range(1, 31)]

    assert weekday_profile(sales_of(*[(day, 12) for day in days])) == [12] * 7


def test_it_builds_on_weekday_of(calls_of):
    calls = calls_of("weekday_profile", "weekday_of")

    weekday_profile(sales_of(("2024-01-02", 4), ("2024-01-03", 3)))

    assert {call[0] for call in calls} == {"2024-01-02", "2024-01-03"}


@pytest.mark.parametrize("date", ["", "2024-02-30", "1.2.2024"])
def test_what_is_no_date_is_refused(date):
    with pytest.raises(ValueError):
        weekday_profile(sales_of(("2024-01-02", 4), (date, 1)))
