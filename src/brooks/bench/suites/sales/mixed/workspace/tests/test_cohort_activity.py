import pytest
from cohort_activity import cohort_activity

JANUARY = 24288
SALES = [
    ("Ada", "2024-01-05"),
    ("Bo", "2024-01-07"),
    ("Ada", "2024-02-10"),
    ("Cy", "2024-02-11"),
    ("Bo", "2024-03-05"),
    ("Cy", "2024-03-06"),
    ("Ada", "2024-04-05"),
]


def sales_of(*pairs):
    return [{"customer": customer, "date": date} for customer, date in pairs]


def test_two_cohorts_over_four_months():
    assert cohort_activity(sales_of(*SALES)) == {JANUARY: [2, 1, 1, 1], JANUARY + 1: [1, 1, 0]}


def test_the_last_month_of_anybody_ends_all_lists():
    activity = cohort_activity(sales_of(("Ada", "2024-01-05"), ("Bo", "2024-03-05")))

    assert activity == {JANUARY: [1, 0, 0], JANUARY + 2: [1]}


def test_buying_twice_in_a_month_counts_once():
    assert cohort_activity(sales_of(("Ada", "2024-01-05"), ("Ada", "2024-01-25"))) == {JANUARY: [1]}


def test_nobody_bought_anything():
    assert cohort_activity([]) == {}


def test_cohorts_ascend_and_all_their_lists_end_together():
    sales = sales_of(*[(f"C{n % 9}", f"2024-{n * n % 11 + 1:02}-01") for n in range(60)])

    activity = cohort_activity(sales)

    assert list(activity) == sorted(activity)
    assert len({start + len(counts) for start, counts in activity.items()}) == 1
    assert sum(counts[0] for counts in activity.values()) == 9
    assert sum(map(sum, activity.values())) == len({(s["customer"], s["date"]) for s in sales})


def test_it_builds_on_cohort_members(calls_of):
    calls = calls_of("cohort_activity", "cohort_members")

    cohort_activity(sales_of(*SALES))

    assert calls


@pytest.mark.parametrize("sale", [{"date": "2024-01-01"}, {"customer": "Ada", "date": "soon"}])
def test_impossible_sales_are_refused(sale):
    with pytest.raises(ValueError):
        cohort_activity([sale])
