import pytest
from fill_months import fill_months


def test_gaps_become_zeros():
    assert fill_months({"2024-01": 5, "2024-04": 7}) == {
        "2024-01": 5,
        "2024-02": 0,
        "2024-03": 0,
        "2024-04": 7,
    }


def test_the_months_come_in_order_of_time_over_the_new_year():
    assert list(fill_months({"2024-02": 1, "2023-11": 2}).items()) == [
        ("2023-11", 2),
        ("2023-12", 0),
        ("2024-01", 0),
        ("2024-02", 1),
    ]


@pytest.mark.parametrize("totals", [{}, {"2024-05": 9}, {"2024-05": 0}])
def test_without_gaps_nothing_is_added(totals):
    assert fill_months(totals) == totals


def test_the_sum_stays_and_filling_twice_changes_nothing():
    totals = {"2019-07": 3, "2021-03": -4, "2020-01": 10}

    filled = fill_months(totals)

    assert len(filled) == 21
    assert sum(filled.values()) == 9
    assert fill_months(filled) == filled


def test_the_argument_is_left_alone():
    totals = {"2024-01": 5, "2024-03": 7}

    fill_months(totals)["2024-01"] = 99

    assert totals == {"2024-01": 5, "2024-03": 7}


def test_it_builds_on_month_range(calls_of):
    calls = calls_of("fill_months", "month_range")

    fill_months({"2024-03": 5, "2024-01": 7})

    assert calls == [("2024-01", "2024-03")]


@pytest.mark.parametrize("month", ["", "March", "2024-13", "2024-1", "2024-02-01"])
def test_what_is_no_month_is_refused(month):
    with pytest.raises(ValueError):
        fill_months({"2023-01": 1, month: 2, "2025-01": 3})
