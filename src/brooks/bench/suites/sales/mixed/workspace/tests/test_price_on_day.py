import pytest
from price_on_day import price_on_day

PRICES = [
    {"product": "lamp", "since": "2024-03-01", "price": 1500},
    {"product": "chair", "since": "2023-01-01", "price": 8000},
    {"product": "lamp", "since": "2023-06-15", "price": 1200},
    {"product": "lamp", "since": "2025-01-01", "price": 0},
]


@pytest.mark.parametrize(
    ("day", "price"),
    [("2023-06-16", 1200), ("2024-02-29", 1200), ("2024-07-01", 1500), ("2031-01-01", 0)],
)
def test_a_price_holds_until_the_next(day, price):
    assert price_on_day(PRICES, "lamp", day) == price


def test_a_price_holds_from_its_first_day_on():
    assert price_on_day(PRICES, "lamp", "2024-03-01") == 1500
    assert price_on_day(PRICES, "lamp", "2025-01-01") == 0


@pytest.mark.parametrize(("product", "day"), [("lamp", "2023-06-14"), ("sofa", "2024-01-01")])
def test_too_early_or_unknown_there_is_no_price(product, day):
    assert price_on_day(PRICES, product, day) is None
    assert price_on_day([], product, day) is None


def test_of_two_prices_from_one_day_the_later_in_the_list_counts():
    again = {"product": "lamp", "since": "2024-03-01", "price": 1600}

    assert price_on_day([*PRICES, again], "lamp", "2024-03-01") == 1600
    assert price_on_day([again, *PRICES], "lamp", "2024-03-01") == 1500


def test_the_order_of_different_days_does_not_matter():
    for start in range(len(PRICES)):
        turned = PRICES[start:] + PRICES[:start]
        assert price_on_day(turned, "lamp", "2024-12-31") == 1500
        assert price_on_day(turned, "chair", "2024-12-31") == 8000


@pytest.mark.parametrize(
    "day", ["", "2024-3-1", "20240301", "2024-02-30", "1.3.2024", "2024-W10-1"]
)
def test_what_is_no_day_is_refused(day):
    with pytest.raises(ValueError):
        price_on_day(PRICES, "lamp", day)
