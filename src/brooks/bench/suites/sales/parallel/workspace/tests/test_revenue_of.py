import pytest
from revenue_of import revenue_of


def test_units_times_price():
    assert revenue_of({"product": "lamp", "units": 3, "price": 1250}) == 3750


@pytest.mark.parametrize(("discount", "revenue"), [(0, 4000), (25, 3000), (100, 0)])
def test_a_discount_in_percent_is_taken_off(discount, revenue):
    assert revenue_of({"units": 2, "price": 2000, "discount": discount}) == revenue


@pytest.mark.parametrize(("price", "revenue"), [(1, 1), (3, 2), (5, 3), (7, 4)])
def test_half_a_cent_is_rounded_up(price, revenue):
    assert revenue_of({"units": 1, "price": price, "discount": 50}) == revenue


def test_less_than_half_a_cent_is_rounded_down():
    assert revenue_of({"units": 1, "price": 1, "discount": 51}) == 0
    assert revenue_of({"units": 1, "price": 1, "discount": 49}) == 1


@pytest.mark.parametrize("nothing", ["units", "price"])
def test_no_units_and_free_ones_bring_nothing(nothing):
    assert revenue_of({"units": 3, "price": 100, nothing: 0}) == 0


def test_the_discount_is_taken_off_the_whole_sale_and_not_each_unit():
    assert revenue_of({"units": 10, "price": 1, "discount": 50}) == 5


def test_large_sales_are_exact():
    assert revenue_of({"units": 10**12, "price": 10**9 + 1, "discount": 1}) == (
        99 * 10**10 * (10**9 + 1)
    )


def test_the_argument_is_left_alone():
    sale = {"units": 1, "price": 10}

    revenue_of(sale)

    assert sale == {"units": 1, "price": 10}


@pytest.mark.parametrize(
    "wrong", [{"units": -1}, {"price": -1}, {"discount": -1}, {"discount": 101}]
)
def test_impossible_sales_are_refused(wrong):
    with pytest.raises(ValueError):
        revenue_of({"units": 1, "price": 10, **wrong})
