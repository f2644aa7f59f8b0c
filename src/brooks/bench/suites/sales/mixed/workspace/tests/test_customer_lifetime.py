from fractions import Fraction

import pytest
from customer_lifetime import customer_lifetime


def sales_with_counts(*counts):
    """Return sales to as many customers in each month from January 2024 on."""
    return [
        {"customer": f"C{n}", "date": f"2024-{month:02}-01"}
        for month, count in enumerate(counts, 1)
        for n in range(count)
    ]


def test_where_half_leave_every_month_they_stay_two():
    assert customer_lifetime(sales_with_counts(8, 4, 2, 1)) == 2


def test_the_mean_of_different_rates_counts():
    lifetime = customer_lifetime(sales_with_counts(6, 3, 2))

    assert isinstance(lifetime, Fraction)
    assert lifetime == Fraction(12, 5)


def test_unknown_rates_do_not_count():
    assert customer_lifetime(sales_with_counts(4, 1, 0, 1)) == Fraction(8, 7)


@pytest.mark.parametrize("counts", [(), (5,)])
def test_without_a_rate_there_is_no_lifetime(counts):
    assert customer_lifetime(sales_with_counts(*counts)) is None


@pytest.mark.parametrize("counts", [(5, 5, 5), (4, 1, 4)])
def test_where_nobody_leaves_on_average_there_is_no_lifetime(counts):
    assert customer_lifetime(sales_with_counts(*counts)) is None


def test_the_size_of_the_shop_does_not_matter():
    small = customer_lifetime(sales_with_counts(6, 4, 3))
    large = customer_lifetime(sales_with_counts(60, 40, 30))

    assert small == large == Fraction(24, 7)


def test_it_builds_on_churn_rates(calls_of):
    calls = calls_of("customer_lifetime", "churn_rates")

    customer_lifetime(sales_with_counts(2, 1))

    assert calls


@pytest.mark.parametrize("sale", [{"date": "2024-01-01"}, {"customer": "Ada", "date": "soon"}])
def test_impossible_sales_are_refused(sale):
    with pytest.raises(ValueError):
        customer_lifetime([sale])
