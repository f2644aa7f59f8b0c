from itertools import pairwise

import pytest
from month_range import month_range


def test_months_within_a_year():
    assert month_range("2024-08", "2024-11") == ["2024-08", "2024-09", "2024-10", "2024-11"]


def test_the_year_changes_after_december():
    assert month_range("2023-11", "2024-02") == ["2023-11", "2023-12", "2024-01", "2024-02"]


def test_one_month_is_a_range():
    assert month_range("2024-12", "2024-12") == ["2024-12"]


def test_ten_years_have_a_hundred_and_twenty_months_in_order():
    months = month_range("1995-01", "2004-12")

    assert len(set(months)) == len(months) == 120
    assert all(before < after for before, after in pairwise(months))
    assert {month[5:] for month in months} == {f"{number:02}" for number in range(1, 13)}


def test_a_backward_range_is_refused():
    with pytest.raises(ValueError):
        month_range("2024-02", "2024-01")


@pytest.mark.parametrize(
    "month", ["", "2024", "2024-13", "2024-00", "2024-1", "24-01", "2024-01-01"]
)
def test_what_is_no_month_is_refused(month):
    with pytest.raises(ValueError):
        month_range(month, "2024-12")
    with pytest.raises(ValueError):
        month_range("2000-01", month)
