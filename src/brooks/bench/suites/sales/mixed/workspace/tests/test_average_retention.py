from fractions import Fraction

import pytest
from average_retention import average_retention


def sales_of(*texts):
    return [dict(zip(("customer", "date"), text.split(), strict=True)) for text in texts]


SALES = sales_of(
    "Ada 2024-01-05",
    "Bo 2024-01-07",
    "Ada 2024-02-10",
    "Cy 2024-02-11",
    "Bo 2024-03-05",
    "Cy 2024-03-06",
    "Ada 2024-04-05",
)


def test_young_cohorts_count_only_as_long_as_they_are_old():
    assert average_retention(SALES) == [1, Fraction(3, 4), Fraction(1, 4), Fraction(1, 2)]


def test_a_large_cohort_counts_no_more_than_a_small_one():
    many = sales_of(*[f"C{n} 2024-01-01" for n in range(9)])

    assert average_retention(many + sales_of("Ada 2024-02-01", "Ada 2024-03-01")) == [
        1,
        Fraction(1, 2),
        0,
    ]


def test_one_cohort_is_its_own_average():
    sales = sales_of("Ada 2024-01-01", "Bo 2024-01-01", "Bo 2024-02-01")

    assert average_retention(sales) == [1, Fraction(1, 2)]


def test_nobody_bought_anything():
    assert average_retention([]) == []


def test_averages_are_fractions_from_zero_to_one():
    sales = sales_of(*[f"C{n % 9} 2024-{n**3 % 11 + 1:02}-01" for n in range(80)])

    averages = average_retention(sales)

    assert averages[0] == 1
    assert all(isinstance(share, Fraction) and 0 <= share <= 1 for share in averages)


def test_it_builds_on_retention_table(calls_of):
    calls = calls_of("average_retention", "retention_table")

    average_retention(SALES)

    assert calls


@pytest.mark.parametrize("sale", [{"date": "2024-01-01"}, {"customer": "Ada", "date": "soon"}])
def test_impossible_sales_are_refused(sale):
    with pytest.raises(ValueError):
        average_retention([sale])
