from fractions import Fraction

import pytest
from forecast_months import forecast_months


def text_of(*revenues):
    """Return a table with one sale a month from January 2023 on, with these revenues in cents."""
    lines = [
        f"A{n},{2023 + n // 12}-{n % 12 + 1:02}-15,lamp,1,{cents // 100}.{cents % 100:02}"
        for n, cents in enumerate(revenues)
    ]
    return "\n".join(["order,date,product,units,price", *lines])


def expected_of(revenues, count, **options):
    months = forecast_months(text_of(*revenues), count, **options)
    return [month["expected"] for month in months[len(revenues) :]]


def test_a_line_goes_on():
    assert forecast_months(text_of(100, 200, 300), 2, 1)[3:] == [
        {"month": "2023-04", "revenue": None, "expected": 400, "flag": False},
        {"month": "2023-05", "revenue": None, "expected": 500, "flag": False},
    ]


def test_the_known_months_stand_before_as_they_were():
    months = forecast_months(text_of(100, 200), 5, 1)

    assert len(months) == 7
    assert months[1] == {
        "month": "2023-02",
        "revenue": 200,
        "change": 1,
        "average": 200,
        "season": 1,
        "adjusted": 200,
        "trend": 200,
        "expected": 200,
        "flag": False,
    }


def test_the_seasons_come_again():
    assert expected_of([100, 300] * 12, 4, window=2) == [100, 300, 100, 300]


def test_two_known_months_are_a_line():
    assert expected_of([100, 200], 2, window=1) == [300, 400]


def test_the_usual_window_is_three():
    revenues = [300, 600, 900, 100, 700]

    assert expected_of(revenues, 5) == expected_of(revenues, 5, window=3)
    assert expected_of(revenues, 5) != expected_of(revenues, 5, window=4)


def test_the_year_changes_after_december():
    months = forecast_months(text_of(*[50] * 11), 3)

    assert [month["month"] for month in months[11:]] == ["2023-12", "2024-01", "2024-02"]


def test_less_than_nothing_is_never_expected():
    assert expected_of([300, 200, 100], 3, window=1) == [0, 0, 0]


def test_one_known_month_goes_on_for_ever():
    assert expected_of([70], 3) == [70, 70, 70]


@pytest.mark.parametrize(("revenues", "count"), [((), 5), ((), 0), ((1, 2), 0)])
def test_nothing_known_or_nothing_wanted(revenues, count):
    assert expected_of(revenues, count) == []


def test_a_longer_forecast_begins_with_the_shorter_one():
    revenues = [n * n % 91 + 50 for n in range(30)]

    long = expected_of(revenues, 14)

    assert len(long) == 14
    assert all(isinstance(value, Fraction) and value >= 0 for value in long)
    assert all(expected_of(revenues, count) == long[:count] for count in (1, 5, 13))


def test_it_builds_on_flagged_months(calls_of):
    calls = calls_of("forecast_months", "flagged_months")

    expected_of([100, 200], 1, window=2)

    assert calls
    assert calls[0][1] == 2


@pytest.mark.parametrize(("count", "window"), [(-1, 3), (1, 0)])
def test_an_impossible_count_or_window_is_refused(count, window):
    with pytest.raises(ValueError):
        expected_of([1, 2, 3], count, window=window)
