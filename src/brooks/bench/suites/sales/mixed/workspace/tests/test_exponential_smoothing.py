from fractions import Fraction

import pytest
from exponential_smoothing import exponential_smoothing

HALF = Fraction(1, 2)


def test_half_of_the_way_to_each_new_value():
    assert exponential_smoothing([8, 4, 10], HALF) == [8, 6, 8]


def test_a_small_weight_follows_slowly():
    assert exponential_smoothing([0, 100, 100], Fraction(1, 10)) == [0, 10, 19]


def test_weight_one_changes_nothing():
    assert exponential_smoothing([3, 1, 4, 1, 5], 1) == [3, 1, 4, 1, 5]


def test_every_entry_is_an_exact_fraction():
    smoothed = exponential_smoothing([1, 2, 2], Fraction(1, 3))

    assert smoothed == [1, Fraction(4, 3), Fraction(14, 9)]
    assert all(isinstance(value, Fraction) for value in smoothed)


@pytest.mark.parametrize("values", [[], [7], [7, 7, 7, 7]])
def test_where_nothing_changes_nothing_is_smoothed(values):
    assert exponential_smoothing(values, Fraction(2, 7)) == values


def test_smoothed_values_stay_between_the_extremes_and_scale_with_the_values():
    values = [n * n % 17 for n in range(30)]

    smoothed = exponential_smoothing(values, Fraction(3, 8))

    assert all(min(values) <= value <= max(values) for value in smoothed)
    assert exponential_smoothing([3 * v for v in values], Fraction(3, 8)) == [
        3 * value for value in smoothed
    ]


def test_the_argument_is_left_alone():
    values = [8, 4, 10]

    exponential_smoothing(values, HALF)

    assert values == [8, 4, 10]


@pytest.mark.parametrize("weight", [0, -1, 2, Fraction(11, 10), Fraction(-1, 10)])
def test_an_impossible_weight_is_refused(weight):
    with pytest.raises(ValueError):
        exponential_smoothing([1, 2], weight)
    with pytest.raises(ValueError):
        exponential_smoothing([], weight)
