from fractions import Fraction

import pytest
from flagged_months import flagged_months


def text_of(*revenues):
    """Return a table with one sale a month from January 2023 on, with these revenues in cents."""
    lines = [
        f"A{n},{2023 + n // 12}-{n % 12 + 1:02}-15,lamp,1,{cents // 100}.{cents % 100:02}"
        for n, cents in enumerate(revenues)
    ]
    return "\n".join(["order,date,product,units,price", *lines])


def flags_of(*revenues, **options):
    months = flagged_months(text_of(*revenues), **options)
    return [place for place, month in enumerate(months) if month["flag"]]


def test_a_month_keeps_all_it_had():
    assert flagged_months(text_of(100, 200), 1)[1] == {
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


def test_one_month_far_above_the_others():
    assert flags_of(*[100] * 5, 1000, *[100] * 5, window=1) == [5]


def test_one_month_far_below_the_others():
    assert flags_of(*[900] * 5, 0, *[900] * 5, window=1) == [5]


def test_the_limit_decides_and_just_at_it_is_no_flag():
    assert flags_of(0, 300, 0, window=1, limit=1) == [1]
    assert flags_of(0, 300, 0, window=1, limit=Fraction(3, 2)) == []
    assert flags_of(0, 300, 0, window=1) == []


def test_the_usual_window_is_three_and_the_usual_limit_two():
    text = text_of(300, 600, 900, 100, 700)

    assert flagged_months(text) == flagged_months(text, 3, 2)
    assert flagged_months(text) != flagged_months(text, 4, 2)
    assert flags_of(100, 100, 350, 100, 100, window=1) == [2]
    assert flags_of(100, 100, 350, 100, 100, window=1, limit=3) == []


def test_what_the_season_explains_is_not_flagged():
    text = text_of(*[100, 300] * 12)

    months = flagged_months(text, 2)

    assert [month["expected"] for month in months] == [100, 300] * 12
    assert not any(month["flag"] for month in months)


def test_nothing_sold():
    assert flagged_months(text_of()) == []


def test_expected_is_trend_times_season_and_never_all_are_flagged():
    months = flagged_months(text_of(*[n * n % 91 + 1 for n in range(30)]), limit=1)

    assert all(month["expected"] == month["trend"] * month["season"] for month in months)
    assert all(isinstance(month["expected"], Fraction) for month in months)
    assert {month["flag"] for month in months} == {True, False}


def test_it_builds_on_trend_months(calls_of):
    calls = calls_of("flagged_months", "trend_months")

    flags_of(100, 200, window=2)

    assert calls
    assert calls[0][1] == 2


@pytest.mark.parametrize("options", [{"window": 0}, {"limit": 0}, {"limit": -1}])
def test_an_impossible_window_or_limit_is_refused(options):
    with pytest.raises(ValueError):
        flags_of(1, 2, 3, **options)
