import pytest
from balanced_ternary import balanced_ternary


@pytest.mark.parametrize(
    ("number", "digits"),
    [(1, "+"), (2, "+-"), (3, "+0"), (4, "++"), (5, "+--"), (8, "+0-"), (13, "+++"), (14, "+---")],
)
def test_small_numbers(number, digits):
    assert balanced_ternary(number) == digits


def test_zero_is_a_single_zero():
    assert balanced_ternary(0) == "0"


def test_the_negative_number_has_the_signs_exchanged():
    for number in range(1, 100):
        exchanged = balanced_ternary(number).translate(str.maketrans("+-", "-+"))
        assert balanced_ternary(-number) == exchanged


def test_the_digits_rebuild_the_number():
    for number in range(-200, 201, 3):
        value = 0
        for digit in balanced_ternary(number):
            value = 3 * value + {"+": 1, "0": 0, "-": -1}[digit]
        assert value == number


def test_there_is_no_leading_zero():
    assert not any(balanced_ternary(number).startswith("0") for number in range(1, 100))
