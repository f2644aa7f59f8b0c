from datetime import date, timedelta

import pytest
from weekday_of import weekday_of


@pytest.mark.parametrize(
    ("day", "weekday"), [("2024-01-01", 0), ("2000-02-29", 1), ("1999-12-31", 4), ("2024-03-10", 6)]
)
def test_known_days(day, weekday):
    assert weekday_of(day) == weekday


def test_a_week_has_all_seven_in_order():
    assert [weekday_of(f"2024-07-{day:02}") for day in range(1, 8)] == [0, 1, 2, 3, 4, 5, 6]


def test_the_day_before_comes_before_through_a_leap_year():
    start = date(2023, 12, 25)
    for number in range(400):
        assert weekday_of((start + timedelta(days=number)).isoformat()) == number % 7


@pytest.mark.parametrize("day", ["2023-02-29", "2024-13-01", "2024-04-31", "0000-01-01"])
def test_dates_that_do_not_exist_are_refused(day):
    with pytest.raises(ValueError):
        weekday_of(day)


@pytest.mark.parametrize(
    "day", ["", "2024-1-1", "20240101", "2024-W01-1", "01.01.2024", "2024-01-01 "]
)
def test_other_spellings_are_refused(day):
    with pytest.raises(ValueError):
        weekday_of(day)
