import pytest
from customer_offsets import customer_offsets

JANUARY = 24288


def sales_of(*texts):
    return [dict(zip(("customer", "date"), text.split(), strict=True)) for text in texts]


def test_two_customers_with_different_beginnings():
    sales = sales_of("Ada 2024-01-05", "Bo 2024-02-01", "Ada 2024-04-01", "Bo 2024-03-31")

    assert customer_offsets(sales) == {
        "Ada": {"cohort": JANUARY, "offsets": [0, 3]},
        "Bo": {"cohort": JANUARY + 1, "offsets": [0, 1]},
    }


def test_the_first_month_is_the_earliest_and_not_the_first_in_the_list():
    offsets = customer_offsets(sales_of("Ada 2024-02-05", "Ada 2023-12-05"))

    assert offsets["Ada"] == {"cohort": JANUARY - 1, "offsets": [0, 2]}


def test_who_bought_in_one_month_only_has_only_the_first():
    offsets = customer_offsets(sales_of("Ada 2024-01-05", "Ada 2024-01-06"))

    assert offsets["Ada"]["offsets"] == [0]


def test_nobody_bought_anything():
    assert customer_offsets([]) == {}


def test_a_year_later_everything_is_the_same_but_the_cohort():
    days = ["01-07", "03-01", "03-31", "11-20"]

    before = customer_offsets(sales_of(*[f"Ada 2022-{day}" for day in days]))["Ada"]
    after = customer_offsets(sales_of(*[f"Ada 2023-{day}" for day in days]))["Ada"]

    assert before["offsets"] == after["offsets"] == [0, 2, 10]
    assert after["cohort"] - before["cohort"] == 12


def test_it_builds_on_customer_months(calls_of):
    calls = calls_of("customer_offsets", "customer_months")

    customer_offsets(sales_of("Ada 2024-03-05"))

    assert calls


@pytest.mark.parametrize("sale", [{"date": "2024-01-01"}, {"customer": "Ada", "date": "soon"}])
def test_impossible_sales_are_refused(sale):
    with pytest.raises(ValueError):
        customer_offsets([sale])
