import pytest
from multiplicative_persistence import multiplicative_persistence


@pytest.mark.parametrize(
    ("number", "steps"), [(10, 1), (25, 2), (39, 3), (77, 4), (679, 5), (277777788888899, 11)]
)
def test_known_numbers(number, steps):
    assert multiplicative_persistence(number) == steps


def test_one_digit_needs_no_step():
    assert [multiplicative_persistence(digit) for digit in range(10)] == [0] * 10


def test_a_zero_among_the_digits_ends_it_at_once():
    assert multiplicative_persistence(987650) == 1
    assert multiplicative_persistence(10**50) == 1


def test_the_order_of_the_digits_and_ones_do_not_matter():
    assert multiplicative_persistence(976) == multiplicative_persistence(11679111) == 5


@pytest.mark.parametrize("number", [-1, -39])
def test_negative_numbers_are_refused(number):
    with pytest.raises(ValueError):
        multiplicative_persistence(number)
