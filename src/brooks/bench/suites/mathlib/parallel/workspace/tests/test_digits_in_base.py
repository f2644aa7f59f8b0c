import pytest
from digits_in_base import digits_in_base


@pytest.mark.parametrize(
    ("number", "base", "digits"),
    [(10, 2, [1, 0, 1, 0]), (255, 16, [15, 15]), (4096, 10, [4, 0, 9, 6]), (7, 7, [1, 0])],
)
def test_known_expansions(number, base, digits):
    assert digits_in_base(number, base) == digits


def test_zero_has_the_single_digit_zero():
    assert [digits_in_base(0, base) for base in (2, 10, 99)] == [[0], [0], [0]]


def test_a_number_below_its_base_is_one_digit():
    assert digits_in_base(41, 42) == [41]


def test_the_digits_rebuild_the_number():
    for number in range(0, 3000, 37):
        for base in (2, 3, 8, 13):
            rebuilt = 0
            for digit in digits_in_base(number, base):
                assert 0 <= digit < base
                rebuilt = rebuilt * base + digit
            assert rebuilt == number


@pytest.mark.parametrize(("number", "base"), [(-1, 10), (5, 1), (5, 0), (5, -2)])
def test_negative_numbers_and_bases_below_two_are_refused(number, base):
    with pytest.raises(ValueError):
        digits_in_base(number, base)
