import pytest
from customer_months import customer_months

JANUARY = 24288


def sales_of(*texts):
    return [dict(zip(("customer", "date"), text.split(), strict=True)) for text in texts]


def test_months_of_two_customers():
    sales = sales_of("Ada 2024-03-05", "Bo 2024-02-01", "Ada 2024-01-31")

    assert customer_months(sales) == {"Ada": [JANUARY, JANUARY + 2], "Bo": [JANUARY + 1]}


def test_several_sales_in_one_month_are_one_month():
    assert customer_months(sales_of("Ada 2024-01-01", "Ada 2024-01-31")) == {"Ada": [JANUARY]}


def test_customers_stand_in_order_of_first_appearance():
    sales = sales_of("Cy 2024-03-05", "Ada 2024-01-01", "Cy 2023-01-01", "Bo 2020-01-01")

    assert list(customer_months(sales)) == ["Cy", "Ada", "Bo"]


def test_nobody_bought_anything():
    assert customer_months([]) == {}


def test_the_months_ascend_and_differ_whatever_the_order_of_the_sales():
    sales = sales_of(*[f"Ada 2024-{n * n % 11 + 1:02}-10" for n in range(20)])

    found = customer_months(sales)["Ada"]

    assert found == sorted(set(found)) == customer_months(sales[::-1])["Ada"]


def test_it_builds_on_month_number(calls_of):
    calls = calls_of("customer_months", "month_number")

    customer_months(sales_of("Ada 2024-03-05", "Bo 2024-02-01"))

    assert {call[0] for call in calls} == {"2024-03-05", "2024-02-01"}


@pytest.mark.parametrize("customer", [{}, {"customer": ""}, {"customer": None}])
def test_a_sale_without_customer_is_refused(customer):
    with pytest.raises(ValueError):
        customer_months([{"date": "2024-01-01", **customer}])


def test_what_is_no_date_is_refused():
    with pytest.raises(ValueError):
        customer_months(sales_of("Ada 2024-02-30"))
