from fractions import Fraction

import pytest
from seasonal_months import seasonal_months


def text_of(*revenues):
    """Return a table with one sale a month from January 2023 on, with these revenues in cents."""
    lines = [
        f"A{n},{2023 + n // 12}-{n % 12 + 1:02}-15,lamp,1,{cents // 100}.{cents % 100:02}"
        for n, cents in enumerate(revenues)
    ]
    return "\n".join(["order,date,product,units,price", *lines])


def seasons_of(*revenues, **options):
    return [month["season"] for month in seasonal_months(text_of(*revenues), **options)]


def test_a_month_keeps_all_it_had():
    assert seasonal_months(text_of(100, 300), 2)[1] == {
        "month": "2023-02",
        "revenue": 300,
        "change": 2,
        "average": 200,
        "season": Fraction(3, 2),
    }


def test_months_above_and_below_their_average():
    assert seasons_of(100, 300, 100, 300, window=2) == [
        1,
        Fraction(3, 2),
        Fraction(1, 2),
        Fraction(3, 2),
    ]


def test_the_same_month_of_two_years_has_one_mean_season():
    seasons = seasons_of(100, 300, *[100] * 12, window=2)

    assert seasons[1] == seasons[13] == Fraction(5, 4)


def test_a_month_without_average_learns_from_the_year_after():
    seasons = seasons_of(*[100, 300] * 12, window=2)

    assert seasons == [Fraction(1, 2), Fraction(3, 2)] * 12


def test_without_any_average_every_season_is_one():
    assert seasons_of(1, 2, window=3) == [1, 1]
    assert seasons_of(0, 0, 0, window=1) == [1, 1, 1]
    assert seasons_of() == []


def test_the_usual_window_is_three():
    assert seasons_of(300, 600, 900, 0) == [1, 1, Fraction(3, 2), 0]


def test_seasons_are_fractions_and_do_not_depend_on_the_currency():
    revenues = [n * n % 91 + 1 for n in range(30)]

    seasons = seasons_of(*revenues)

    assert all(isinstance(season, Fraction) for season in seasons)
    assert seasons[:18] == seasons[12:]
    assert seasons == seasons_of(*[7 * revenue for revenue in revenues])


def test_it_builds_on_moving_averages(calls_of):
    calls = calls_of("seasonal_months", "moving_averages")

    seasons_of(100, 200, window=2)

    assert calls
    assert calls[0][1] == 2


def test_a_window_below_one_is_refused():
    with pytest.raises(ValueError):
        seasons_of(1, 2, 3, window=0)
