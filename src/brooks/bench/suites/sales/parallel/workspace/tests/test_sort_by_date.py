import pytest
from sort_by_date import sort_by_date

SALES = [
    {"date": "5.3.2024", "order": 1},
    {"date": "2023-12-24", "order": 2},
    {"date": "3/5/2024", "order": 3},
    {"date": "1/31/2024", "order": 4},
]


def test_the_oldest_stands_first_with_all_dates_in_one_spelling():
    assert sort_by_date(SALES) == [
        {"date": "2023-12-24", "order": 2},
        {"date": "2024-01-31", "order": 4},
        {"date": "2024-03-05", "order": 1},
        {"date": "2024-03-05", "order": 3},
    ]


def test_the_newest_stands_first_and_equal_days_keep_their_order():
    assert [sale["order"] for sale in sort_by_date(SALES, newest_first=True)] == [1, 3, 4, 2]


def test_nothing_to_sort():
    assert sort_by_date([]) == []


def test_sorting_twice_changes_nothing():
    once = sort_by_date(SALES)

    assert sort_by_date(once) == once
    assert sort_by_date(sort_by_date(once, newest_first=True)) == once


def test_the_arguments_are_left_alone():
    sales = [dict(sale) for sale in SALES]

    sort_by_date(sales)[0]["order"] = 99

    assert sales == SALES


def test_it_builds_on_iso_date(calls_of):
    calls = calls_of("sort_by_date", "iso_date")

    sort_by_date(SALES)

    assert {call[0] for call in calls} == {sale["date"] for sale in SALES}


@pytest.mark.parametrize("text", ["", "soon", "30.2.2024"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError):
        sort_by_date([*SALES, {"date": text}])
