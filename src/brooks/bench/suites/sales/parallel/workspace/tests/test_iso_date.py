from datetime import date, timedelta

import pytest
from iso_date import iso_date


@pytest.mark.parametrize("text", ["2024-03-05", "2024-3-5", "05.03.2024", "5.3.2024", "03/05/2024"])
def test_all_spellings_mean_the_fifth_of_march(text):
    assert iso_date(text) == "2024-03-05"


def test_points_put_the_day_first_and_slashes_the_month():
    assert iso_date("10.12.2023") == "2023-12-10"
    assert iso_date("10/12/2023") == "2023-10-12"


def test_whitespace_around_the_date_is_ignored():
    assert iso_date("  2024-02-29\n") == "2024-02-29"


def test_every_day_of_two_years_in_every_spelling():
    for number in range(731):
        day = date(2023, 1, 1) + timedelta(days=number)
        assert iso_date(f"{day.year}-{day.month}-{day.day}") == day.isoformat()
        assert iso_date(f"{day.day}.{day.month}.{day.year}") == day.isoformat()
        assert iso_date(f"{day.month:02}/{day.day:02}/{day.year}") == day.isoformat()


@pytest.mark.parametrize(
    "text", ["2023-02-29", "31.4.2024", "13/01/2024", "2024-00-10", "0.1.2024"]
)
def test_dates_that_do_not_exist_are_refused(text):
    with pytest.raises(ValueError):
        iso_date(text)


@pytest.mark.parametrize(
    "text",
    ["", "today", "24-03-05", "2024-03", "2024.03.05", "5.3/2024", "2024 -03-05", "2024-003-05"],
)
def test_other_spellings_are_refused(text):
    with pytest.raises(ValueError):
        iso_date(text)
