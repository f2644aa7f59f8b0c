from fractions import Fraction

import pytest
from adjusted_months import adjusted_months


def text_of(*revenues):
    """Return a table with one sale a month from January 2023 on, with these revenues in cents."""
    lines = [
        f"A{n},{2023 + n // 12}-{n % 12 + 1:02}-15,lamp,1,{cents // 100}.{cents % 100:02}"
        for n, cents in enumerate(revenues)
    ]
    return "\n".join(["order,date,product,units,price", *lines])


def adjusted_of(*revenues, **options):
    return [month["adjusted"] for month in adjusted_months(text_of(*revenues), **options)]


def test_a_month_keeps_all_it_had():
    assert adjusted_months(text_of(100, 300), 2)[1] == {
        "month": "2023-02",
        "revenue": 300,
        "change": 2,
        "average": 200,
        "season": Fraction(3, 2),
        "adjusted": 200,
    }


def test_without_the_season_nothing_rises_or_falls():
    assert adjusted_of(*[100, 300] * 12, window=2) == [200] * 24


def test_where_no_season_is_known_the_revenue_stays():
    assert adjusted_of(100, 250, window=5) == [100, 250]
    assert adjusted_of() == []


def test_where_the_season_is_nothing_the_revenue_stays():
    adjusted = adjusted_of(*[100] * 13, 0)

    assert adjusted[1] == 100
    assert adjusted[13] == 0


def test_the_usual_window_is_three():
    assert adjusted_of(300, 600, 900) == [300, 600, 600]


def test_adjusted_times_season_is_the_revenue():
    revenues = [n * n % 91 + 1 for n in range(30)]

    for month in adjusted_months(text_of(*revenues)):
        assert isinstance(month["adjusted"], Fraction)
        assert month["adjusted"] * month["season"] == month["revenue"]


def test_it_builds_on_seasonal_months(calls_of):
    calls = calls_of("adjusted_months", "seasonal_months")

    adjusted_of(100, 200, window=2)

    assert calls
    assert calls[0][1] == 2


def test_a_window_below_one_is_refused():
    with pytest.raises(ValueError):
        adjusted_of(1, 2, 3, window=0)
