from fractions import Fraction

import pytest
from lifetime_value import lifetime_value


def sales_with_counts(*counts, revenue=1000):
    """Return sales to as many customers in each month from January 2024 on."""
    return [
        {"customer": f"C{n}", "date": f"2024-{month:02}-01", "revenue": revenue}
        for month, count in enumerate(counts, 1)
        for n in range(count)
    ]


def test_two_months_of_a_thousand_cents():
    assert lifetime_value(sales_with_counts(8, 4, 2, 1)) == 2000


def test_two_sales_in_a_month_are_one_active_month():
    sales = sales_with_counts(2, 1)
    more = {"customer": "C0", "date": "2024-01-31", "revenue": 500}

    assert lifetime_value([*sales, more]) == 2 * Fraction(3500, 3)


def test_the_value_is_an_exact_fraction():
    value = lifetime_value(sales_with_counts(6, 3, 2, revenue=1))

    assert isinstance(value, Fraction)
    assert value == Fraction(12, 5)


@pytest.mark.parametrize("counts", [(), (5,), (3, 3)])
def test_without_a_lifetime_there_is_no_value(counts):
    assert lifetime_value(sales_with_counts(*counts)) is None


def test_twice_the_revenue_is_twice_the_value():
    for counts in ((4, 1), (9, 5, 2), (3, 2, 2, 1)):
        once = lifetime_value(sales_with_counts(*counts, revenue=777))
        twice = lifetime_value(sales_with_counts(*counts, revenue=1554))
        assert twice == 2 * once


def test_money_given_back_lowers_the_value():
    back = {"customer": "C0", "date": "2024-01-02", "revenue": -3000}

    assert lifetime_value([*sales_with_counts(2, 1), back]) == 0


def test_it_builds_on_customer_lifetime(calls_of):
    calls = calls_of("lifetime_value", "customer_lifetime")

    lifetime_value(sales_with_counts(2, 1))

    assert calls


@pytest.mark.parametrize("wrong", [{"customer": ""}, {"date": "soon"}])
def test_impossible_sales_are_refused(wrong):
    with pytest.raises(ValueError):
        lifetime_value([{"customer": "Ada", "date": "2024-01-01", "revenue": 1, **wrong}])
