from itertools import pairwise

import pytest
from zeckendorf import zeckendorf

FIBONACCI = [1, 2]
while FIBONACCI[-1] < 10**6:
    FIBONACCI.append(FIBONACCI[-2] + FIBONACCI[-1])


@pytest.mark.parametrize(
    ("number", "parts"), [(1, [1]), (4, [3, 1]), (11, [8, 3]), (100, [89, 8, 3]), (89, [89])]
)
def test_known_sums(number, parts):
    assert zeckendorf(number) == parts


def test_zero_is_the_empty_sum():
    assert zeckendorf(0) == []


def test_the_parts_sum_to_the_number_and_descend():
    for number in range(500):
        parts = zeckendorf(number)
        assert sum(parts) == number
        assert parts == sorted(parts, reverse=True)


def test_no_two_parts_are_neighbouring_fibonacci_numbers():
    for number in range(1, 500):
        places = [FIBONACCI.index(part) for part in zeckendorf(number)]
        assert all(here - there >= 2 for here, there in pairwise(places))


def test_just_below_a_fibonacci_number_every_other_one_is_needed():
    assert zeckendorf(FIBONACCI[9] - 1) == FIBONACCI[8::-2]


def test_negative_numbers_are_refused():
    with pytest.raises(ValueError):
        zeckendorf(-1)
