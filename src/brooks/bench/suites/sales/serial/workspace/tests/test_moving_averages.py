from fractions import Fraction

import pytest
from moving_averages import moving_averages


def text_of(*revenues):
    """Return a table with one sale a month from January 2023 on, with these revenues in cents."""
    lines = [
        f"A{n},{2023 + n // 12}-{n % 12 + 1:02}-15,lamp,1,{cents // 100}.{cents % 100:02}"
        for n, cents in enumerate(revenues)
    ]
    return "\n".join(["order,date,product,units,price", *lines])


def averages_of(*revenues, **options):
    return [month["average"] for month in moving_averages(text_of(*revenues), **options)]


def test_a_month_keeps_all_it_had():
    assert moving_averages(text_of(200, 300), 2) == [
        {"month": "2023-01", "revenue": 200, "change": None, "average": None},
        {"month": "2023-02", "revenue": 300, "change": Fraction(1, 2), "average": 250},
    ]


def test_three_months_are_usual():
    assert averages_of(300, 600, 900, 0, 1) == [None, None, 600, 500, Fraction(901, 3)]


@pytest.mark.parametrize(
    ("window", "averages"), [(1, [300, 600, 900]), (2, [None, 450, 750]), (3, [None, None, 600])]
)
def test_other_windows(window, averages):
    assert averages_of(300, 600, 900, window=window) == averages


def test_a_window_longer_than_the_time_has_no_average():
    assert averages_of(1, 2, 3, window=4) == [None, None, None]
    assert averages_of() == []


def test_averages_are_exact_fractions_of_steadily_rising_revenue():
    averages = averages_of(*range(100, 130), window=5)

    assert averages[:4] == [None] * 4
    assert all(isinstance(average, Fraction) for average in averages[4:])
    assert averages[4:] == list(range(102, 128))


def test_it_builds_on_month_changes(calls_of):
    calls = calls_of("moving_averages", "month_changes")

    averages_of(100, 200)

    assert calls


@pytest.mark.parametrize("window", [0, -1])
def test_a_window_below_one_is_refused(window):
    with pytest.raises(ValueError):
        averages_of(1, 2, 3, window=window)


def test_a_missing_column_is_refused():
    with pytest.raises(ValueError):
        moving_averages("order,date\nA1,2024-01-05")
