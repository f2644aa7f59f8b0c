from fractions import Fraction

import pytest
from retention_table import retention_table

JANUARY = 24288


def sales_of(*texts):
    return [dict(zip(("customer", "date"), text.split(), strict=True)) for text in texts]


def test_three_begin_and_fewer_come_back():
    sales = sales_of("Ada 2024-01-01", "Bo 2024-01-01", "Cy 2024-01-01", "Bo 2024-03-01")
    sales += sales_of("Ada 2024-02-01", "Bo 2024-02-01")

    assert retention_table(sales) == {JANUARY: [1, Fraction(2, 3), Fraction(1, 3)]}


def test_each_cohort_is_measured_by_its_own_size():
    sales = sales_of("Ada 2024-01-01", "Bo 2024-01-01", "Cy 2024-02-01", "Cy 2024-03-01")

    assert retention_table(sales) == {JANUARY: [1, 0, 0], JANUARY + 1: [1, 1]}


def test_a_customer_can_come_back_after_a_pause():
    assert retention_table(sales_of("Ada 2023-12-01", "Ada 2024-02-01")) == {JANUARY - 1: [1, 0, 1]}


def test_nobody_bought_anything():
    assert retention_table([]) == {}


def test_shares_are_fractions_from_zero_to_one_and_begin_with_one():
    table = retention_table(sales_of(*[f"C{n % 9} 2024-{n**3 % 11 + 1:02}-01" for n in range(80)]))

    assert list(table) == sorted(table)
    for shares in table.values():
        assert shares[0] == 1
        assert all(isinstance(share, Fraction) and 0 <= share <= 1 for share in shares)


def test_it_builds_on_cohort_activity(calls_of):
    calls = calls_of("retention_table", "cohort_activity")

    retention_table(sales_of("Ada 2024-03-05"))

    assert calls


@pytest.mark.parametrize("sale", [{"date": "2024-01-01"}, {"customer": "Ada", "date": "soon"}])
def test_impossible_sales_are_refused(sale):
    with pytest.raises(ValueError):
        retention_table([sale])
