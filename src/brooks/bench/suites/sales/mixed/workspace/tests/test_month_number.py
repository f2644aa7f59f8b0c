import pytest
from month_number import month_number


@pytest.mark.parametrize(
    ("date", "number"), [("2024-01-31", 24288), ("2024-12-01", 24299), ("0001-01-01", 12)]
)
def test_known_months(date, number):
    assert month_number(date) == number


def test_the_day_does_not_matter():
    assert {month_number(f"2024-02-{day:02}") for day in range(1, 30)} == {24289}


def test_december_and_january_are_next_to_each_other():
    assert month_number("2025-01-01") - month_number("2024-12-31") == 1


def test_months_count_on_without_a_gap():
    dates = [f"{year}-{month:02}-28" for year in range(1999, 2005) for month in range(1, 13)]

    numbers = [month_number(date) for date in dates]

    assert numbers == list(range(numbers[0], numbers[0] + 72))


@pytest.mark.parametrize("date", ["2023-02-29", "2024-13-01", "2024-00-01", "2024-04-31"])
def test_dates_that_do_not_exist_are_refused(date):
    with pytest.raises(ValueError):
        month_number(date)


@pytest.mark.parametrize("date", ["", "2024-01", "2024-1-1", "20240101", "2024-W01-1", "1.1.2024"])
def test_other_spellings_are_refused(date):
    with pytest.raises(ValueError):
        month_number(date)
