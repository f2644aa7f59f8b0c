import pytest
from outlier_sales import outlier_sales


def sales_of(*units):
    return [{"order": number, "units": value} for number, value in enumerate(units)]


def orders_of(sales):
    return [sale["order"] for sale in sales]


def test_far_too_many_and_far_too_few_in_their_order():
    sales = sales_of(10, 900, 11, 12, 13, 9, -900)

    assert orders_of(outlier_sales(sales, "units")) == [1, 6]


def test_just_at_the_limit_is_not_outside():
    sales = sales_of(1, 2, 3, 4, 5, 8, 9)  # median 4, median distance 2

    assert orders_of(outlier_sales(sales, "units", 2)) == [6]
    assert orders_of(outlier_sales(sales, "units", 3)) == []


def test_every_factor_from_one_up_will_do():
    assert orders_of(outlier_sales(sales_of(1, 2, 3, 4, 5, 8, 9), "units", 1)) == [0, 5, 6]


def test_the_usual_factor_is_five():
    assert orders_of(outlier_sales(sales_of(0, 1, 2, 3, 8), "units")) == [4]
    assert orders_of(outlier_sales(sales_of(0, 1, 2, 3, 7), "units")) == []


@pytest.mark.parametrize("units", [(), (4,), (5, 5, 5, 1000)])
def test_without_any_usual_distance_nothing_is_outside(units):
    assert outlier_sales(sales_of(*units), "units") == []


def test_any_field_will_do_and_moving_all_values_changes_nothing():
    values = [3, 1, 4, 1, 5, 9, 2, 6, 535]
    for shift in (-1000, 0, 77):
        sales = [{"order": n, "price": value + shift} for n, value in enumerate(values)]
        found = outlier_sales(sales, "price")
        assert len(found) == 1
        assert found[0] is sales[8]


def test_it_builds_on_median_of(calls_of):
    calls = calls_of("outlier_sales", "median_of")

    outlier_sales(sales_of(1, 2, 3, 5), "units")

    assert len(calls) == 2


@pytest.mark.parametrize("factor", [0, -3])
def test_a_factor_below_one_is_refused(factor):
    with pytest.raises(ValueError):
        outlier_sales(sales_of(1, 2, 3), "units", factor)
