import pytest
from join_customers import join_customers

CUSTOMERS = [
    {"customer": "Ada", "city": "Turin", "since": 2019},
    {"customer": "Bo", "city": "Lund"},
]


def test_each_sale_gets_the_fields_of_its_customer():
    sales = [{"customer": "Bo", "units": 1}, {"customer": "Ada", "units": 2}]

    assert join_customers(sales, CUSTOMERS) == [
        {"customer": "Bo", "units": 1, "city": "Lund", "since": None},
        {"customer": "Ada", "units": 2, "city": "Turin", "since": 2019},
    ]


def test_of_an_unknown_customer_nothing_is_known():
    assert join_customers([{"customer": "Cy"}], CUSTOMERS) == [
        {"customer": "Cy", "city": None, "since": None}
    ]


def test_a_sale_without_customer_is_kept():
    assert join_customers([{"units": 3}], CUSTOMERS) == [
        {"units": 3, "customer": None, "city": None, "since": None}
    ]


def test_what_the_sale_says_itself_stays():
    sale = {"customer": "Ada", "city": "Rome", "since": None}

    assert join_customers([sale], CUSTOMERS) == [sale]


def test_without_customers_nothing_is_added():
    assert join_customers([{"customer": "Ada", "units": 3}], []) == [
        {"customer": "Ada", "units": 3}
    ]
    assert join_customers([], CUSTOMERS) == []


def test_all_sales_are_there_in_order_with_all_fields():
    sales = [{"customer": "ABC"[n % 3], "order": n} for n in range(20)]
    customers = [{"customer": name, name: True} for name in "BDA"]

    joined = join_customers(sales, customers)

    assert [sale["order"] for sale in joined] == list(range(20))
    assert {frozenset(sale) for sale in joined} == {frozenset({"customer", "order", "A", "B", "D"})}


def test_the_arguments_are_left_alone():
    sales, customers = [{"customer": "Ada"}], [dict(record) for record in CUSTOMERS]

    join_customers(sales, customers)[0]["city"] = "Rome"

    assert (sales, customers) == ([{"customer": "Ada"}], CUSTOMERS)


def test_two_records_for_one_customer_are_refused():
    with pytest.raises(ValueError):
        join_customers([], [*CUSTOMERS, {"customer": "Ada", "city": "Rome"}])
