from math import inf, nan

import pytest
from format_number import format_number


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.0, "3"), (2.50, "2.5"), (0.126, "0.13"), (-7.25, "-7.25"), (9.999, "10"), (0.5, "0.5")],
)
def test_as_short_as_two_decimals_allow(value, text):
    assert format_number(value) == text


def test_zeros_that_count_stay():
    assert [format_number(value) for value in (0, 10, 120, 3000.0, 100.05)] == [
        "0",
        "10",
        "120",
        "3000",
        "100.05",
    ]


def test_minus_zero_is_zero():
    assert [format_number(value) for value in (-0.0, -0.001, -0.004)] == ["0"] * 3


def test_the_decimals_can_be_chosen():
    assert format_number(3.14159, 4) == "3.1416"
    assert format_number(120.4, 0) == "120"
    assert format_number(-0.3, places=0) == "0"


def test_large_and_tiny_numbers_have_no_exponent():
    assert format_number(1e15) == "1000000000000000"
    assert format_number(1e-9) == "0"
    assert format_number(1e-9, 9) == "0.000000001"


@pytest.mark.parametrize(("value", "places"), [(inf, 2), (-inf, 2), (nan, 2), (1.0, -1)])
def test_what_is_no_number_is_refused(value, places):
    with pytest.raises(ValueError):
        format_number(value, places)
