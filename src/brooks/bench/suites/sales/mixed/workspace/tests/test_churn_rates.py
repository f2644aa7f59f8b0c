from fractions import Fraction

import pytest
from churn_rates import churn_rates


def sales_of(*texts):
    return [dict(zip(("customer", "date"), text.split(), strict=True)) for text in texts]


def sales_with_counts(*counts):
    """Return sales to as many customers in each month from January 2024 on."""
    return sales_of(
        *[f"C{n} 2024-{m:02}-01" for m, count in enumerate(counts, 1) for n in range(count)]
    )


def test_half_leave_and_then_a_third():
    assert churn_rates(sales_with_counts(6, 3, 2)) == [Fraction(1, 2), Fraction(1, 3)]


def test_nobody_leaves():
    assert churn_rates(sales_with_counts(5, 5, 5)) == [0, 0]


def test_after_an_empty_month_the_rate_is_unknown():
    assert churn_rates(sales_with_counts(2, 0, 1)) == [1, None]


def test_more_coming_than_before_is_a_negative_rate():
    assert churn_rates(sales_with_counts(3, 1, 3)) == [Fraction(2, 3), -2]


@pytest.mark.parametrize("counts", [(), (4,)])
def test_one_month_has_no_next_one(counts):
    assert churn_rates(sales_with_counts(*counts)) == []


def test_the_rates_lead_back_to_the_retention():
    rates = churn_rates(sales_with_counts(12, 9, 6, 5, 1))

    left = Fraction(1)
    for rate in rates:
        assert isinstance(rate, Fraction)
        left *= 1 - rate
    assert left == Fraction(1, 12)


def test_it_builds_on_average_retention(calls_of):
    calls = calls_of("churn_rates", "average_retention")

    churn_rates(sales_with_counts(2, 1))

    assert calls


@pytest.mark.parametrize("sale", [{"date": "2024-01-01"}, {"customer": "Ada", "date": "soon"}])
def test_impossible_sales_are_refused(sale):
    with pytest.raises(ValueError):
        churn_rates([sale])
