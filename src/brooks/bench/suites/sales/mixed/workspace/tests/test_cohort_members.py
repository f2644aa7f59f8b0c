import pytest
from cohort_members import cohort_members

JANUARY = 24288


def sales_of(*texts):
    return [dict(zip(("customer", "date"), text.split(), strict=True)) for text in texts]


def test_two_begin_together_and_one_later():
    sales = sales_of(
        "Ada 2024-01-05", "Bo 2024-01-09", "Cy 2024-02-01", "Ada 2024-03-01", "Cy 2024-03-02"
    )

    assert cohort_members(sales) == {
        JANUARY: {"Ada": [0, 2], "Bo": [0]},
        JANUARY + 1: {"Cy": [0, 1]},
    }


def test_cohorts_ascend_and_their_members_stand_as_they_appear():
    sales = sales_of("Cy 2024-05-01", "Bo 2024-01-09", "Ada 2024-05-05", "Bo 2024-05-06")

    cohorts = cohort_members(sales)

    assert list(cohorts) == [JANUARY, JANUARY + 4]
    assert list(cohorts[JANUARY + 4]) == ["Cy", "Ada"]


def test_a_month_in_which_nobody_began_is_no_cohort():
    cohorts = cohort_members(sales_of("Ada 2024-01-05", "Ada 2024-02-05", "Bo 2024-03-05"))

    assert list(cohorts) == [JANUARY, JANUARY + 2]


def test_nobody_bought_anything():
    assert cohort_members([]) == {}


def test_everybody_is_in_exactly_one_cohort():
    sales = sales_of(*[f"C{n % 7} 2024-{n * n % 12 + 1:02}-01" for n in range(40)])

    members = [customer for cohort in cohort_members(sales).values() for customer in cohort]

    assert sorted(members) == [f"C{n}" for n in range(7)]


def test_it_builds_on_customer_offsets(calls_of):
    calls = calls_of("cohort_members", "customer_offsets")

    cohort_members(sales_of("Ada 2024-03-05"))

    assert calls


@pytest.mark.parametrize("sale", [{"date": "2024-01-01"}, {"customer": "Ada", "date": "soon"}])
def test_impossible_sales_are_refused(sale):
    with pytest.raises(ValueError):
        cohort_members([sale])
