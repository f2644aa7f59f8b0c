from fractions import Fraction
from itertools import pairwise

import pytest
from trend_months import trend_months


def text_of(*revenues):
    """Return a table with one sale a month from January 2023 on, with these revenues in cents."""
    lines = [
        f"A{n},{2023 + n // 12}-{n % 12 + 1:02}-15,lamp,1,{cents // 100}.{cents % 100:02}"
        for n, cents in enumerate(revenues)
    ]
    return "\n".join(["order,date,product,units,price", *lines])


def trend_of(*revenues, **options):
    return [month["trend"] for month in trend_months(text_of(*revenues), **options)]


def test_a_month_keeps_all_it_had():
    assert trend_months(text_of(100, 200), 1)[1] == {
        "month": "2023-02",
        "revenue": 200,
        "change": 1,
        "average": 200,
        "season": 1,
        "adjusted": 200,
        "trend": 200,
    }


@pytest.mark.parametrize("revenues", [(100, 200, 300, 400), (90, 60, 30), (5, 5, 5, 5)])
def test_a_straight_line_is_its_own_trend(revenues):
    assert trend_of(*revenues, window=1) == list(revenues)


def test_a_line_between_the_points():
    assert trend_of(0, 300, 0, window=1) == [100, 100, 100]
    assert trend_of(100, 400, 100, 400, window=1) == [160, 220, 280, 340]


def test_the_usual_window_is_three():
    revenues = [300, 600, 900, 100, 700]

    assert trend_of(*revenues) == trend_of(*revenues, window=3)
    assert trend_of(*revenues) != trend_of(*revenues, window=4)


def test_seasons_make_no_trend():
    assert trend_of(*[100, 300] * 12, window=2) == [200] * 24


def test_one_month_and_none():
    assert trend_of(70) == [70]
    assert trend_of() == []


def test_the_trend_is_straight_and_above_as_much_as_below():
    months = trend_months(text_of(*[n * n % 91 + 1 for n in range(20)]))

    steps = {later["trend"] - month["trend"] for month, later in pairwise(months)}
    assert len(steps) == 1
    assert all(isinstance(month["trend"], Fraction) for month in months)
    distances = [month["adjusted"] - month["trend"] for month in months]
    assert sum(distances) == 0
    assert sum(place * distance for place, distance in enumerate(distances)) == 0


def test_it_builds_on_adjusted_months(calls_of):
    calls = calls_of("trend_months", "adjusted_months")

    trend_of(100, 200, window=2)

    assert calls
    assert calls[0][1] == 2


def test_a_window_below_one_is_refused():
    with pytest.raises(ValueError):
        trend_of(1, 2, 3, window=0)
