from datetime import date, timedelta

import pytest
from delivery_days import delivery_days


def test_days_between_two_spellings():
    assert delivery_days({"ordered": "28.2.2024", "delivered": "3/1/2024"}) == 2


def test_the_same_day_is_no_day():
    assert delivery_days({"ordered": "2024-05-01", "delivered": "1.5.2024"}) == 0


@pytest.mark.parametrize("rest", [{}, {"delivered": None}, {"delivered": ""}])
def test_what_has_not_arrived_has_no_days(rest):
    assert delivery_days({"ordered": "2024-05-01", **rest}) is None


def test_every_length_up_to_two_years():
    start = date(2023, 3, 1)
    for days in range(0, 731, 10):
        end = start + timedelta(days=days)
        order = {"ordered": start.isoformat(), "delivered": f"{end.day}.{end.month}.{end.year}"}
        assert delivery_days(order) == days


def test_it_builds_on_iso_date(calls_of):
    calls = calls_of("delivery_days", "iso_date")

    delivery_days({"ordered": "1.5.2024", "delivered": "2.5.2024"})

    assert calls == [("1.5.2024",), ("2.5.2024",)]


def test_a_delivery_before_the_order_is_refused():
    with pytest.raises(ValueError):
        delivery_days({"ordered": "2024-05-02", "delivered": "2024-05-01"})


@pytest.mark.parametrize("key", ["ordered", "delivered"])
def test_what_is_no_date_is_refused(key):
    with pytest.raises(ValueError):
        delivery_days({"ordered": "2024-05-02", "delivered": "2024-05-03", key: "2024-05-32"})
