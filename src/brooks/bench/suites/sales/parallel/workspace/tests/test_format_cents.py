import pytest
from format_cents import format_cents


@pytest.mark.parametrize(
    ("cents", "text"),
    [(0, "0.00"), (5, "0.05"), (100, "1.00"), (99_999, "999.99"), (123_450, "1,234.50")],
)
def test_amounts_with_two_decimals(cents, text):
    assert format_cents(cents) == text


def test_commas_stand_between_groups_of_three_digits():
    assert format_cents(123_456_789_012) == "1,234,567,890.12"


@pytest.mark.parametrize(("cents", "text"), [(-5, "-0.05"), (-100_000, "-1,000.00")])
def test_a_negative_amount_begins_with_its_sign(cents, text):
    assert format_cents(cents) == text


def test_the_currency_stands_before_the_amount():
    assert format_cents(250, "EUR") == "EUR 2.50"
    assert format_cents(-5, currency="EUR") == "EUR -0.05"


def test_the_digits_are_those_of_the_number():
    for cents in (1, 12, 1234, 10**15 + 7, 10**30 + 1):
        assert int(format_cents(cents).replace(",", "").replace(".", "")) == cents


@pytest.mark.parametrize("cents", [1.5, 2.0, "100", None, True])
def test_what_is_no_whole_number_is_refused(cents):
    with pytest.raises(ValueError):
        format_cents(cents)
