from fractions import Fraction

import pytest
from month_changes import month_changes


def text_of(*revenues):
    """Return a table with one sale a month from January 2023 on, with these revenues in cents."""
    lines = [
        f"A{n},{2023 + n // 12}-{n % 12 + 1:02}-15,lamp,1,{cents // 100}.{cents % 100:02}"
        for n, cents in enumerate(revenues)
    ]
    return "\n".join(["order,date,product,units,price", *lines])


def changes_of(*revenues):
    return [month["change"] for month in month_changes(text_of(*revenues))]


def test_a_month_keeps_its_name_and_revenue():
    assert month_changes(text_of(200, 300)) == [
        {"month": "2023-01", "revenue": 200, "change": None},
        {"month": "2023-02", "revenue": 300, "change": Fraction(1, 2)},
    ]


def test_rising_falling_and_staying():
    assert changes_of(100, 300, 200, 200) == [None, 2, Fraction(-1, 3), 0]


def test_falling_to_nothing_and_rising_from_it():
    assert changes_of(100, 0, 0, 50) == [None, -1, None, None]


@pytest.mark.parametrize(("revenues", "changes"), [((), []), ((7,), [None]), ((0,), [None])])
def test_the_first_month_has_nothing_before_it(revenues, changes):
    assert changes_of(*revenues) == changes


def test_the_changes_lead_from_the_first_revenue_to_the_last():
    revenues = [n * n % 91 + 1 for n in range(30)]

    reached = Fraction(revenues[0])
    for change in changes_of(*revenues)[1:]:
        assert isinstance(change, Fraction)
        reached *= 1 + change
    assert reached == revenues[-1]


def test_it_builds_on_monthly_revenue(calls_of):
    calls = calls_of("month_changes", "monthly_revenue")

    changes_of(100, 200)

    assert calls


def test_a_missing_column_is_refused():
    with pytest.raises(ValueError):
        month_changes("order,date\nA1,2024-01-05")
