import pytest
from revenue_by import revenue_by

SALES = [
    {"region": "north", "product": "lamp", "units": 1, "price": 1000},
    {"region": "south", "product": "lamp", "units": 2, "price": 1000, "discount": 10},
    {"region": "west", "product": "chair", "units": 1, "price": 1800},
    {"region": "north", "product": "bulb", "units": 5, "price": 100},
]


def test_revenue_of_each_region():
    assert revenue_by(SALES, "region") == {"south": 1800, "west": 1800, "north": 1500}


def test_the_largest_stands_first_and_equal_ones_as_they_appear():
    assert list(revenue_by(SALES, "region")) == ["south", "west", "north"]
    assert list(revenue_by(SALES[::-1], "region")) == ["west", "south", "north"]
    assert list(revenue_by(SALES, "product")) == ["lamp", "chair", "bulb"]


def test_sales_without_the_key_are_the_group_none():
    assert revenue_by([{"units": 1, "price": 5}, *SALES[:1]], "region") == {"north": 1000, None: 5}


def test_no_sales_have_no_revenue():
    assert revenue_by([], "region") == {}


def test_every_grouping_has_the_same_total():
    totals = {sum(revenue_by(SALES, key).values()) for key in ("region", "product", "units")}

    assert totals == {5100}


def test_it_builds_on_group_by_and_revenue_of(calls_of):
    groupings = calls_of("revenue_by", "group_by")
    sales = calls_of("revenue_by", "revenue_of")

    revenue_by(SALES, "region")

    assert len(groupings) == 1
    assert len(sales) == len(SALES)


def test_an_empty_key_and_an_impossible_sale_are_refused():
    with pytest.raises(ValueError):
        revenue_by(SALES, "")
    with pytest.raises(ValueError):
        revenue_by([{"region": "north", "units": -1, "price": 1}], "region")
