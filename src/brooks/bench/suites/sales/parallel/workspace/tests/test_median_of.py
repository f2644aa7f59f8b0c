from fractions import Fraction

import pytest
from median_of import median_of


def test_an_odd_count_has_a_middle():
    assert median_of([30, 10, 20]) == 20


def test_an_even_count_has_its_median_between_the_two_middle_values():
    assert median_of([4, 1, 2, 100]) == 3
    assert median_of([1, 2]) == Fraction(3, 2)


def test_one_value_is_its_own_median():
    assert median_of([7]) == 7


def test_the_result_is_an_exact_fraction():
    median = median_of([10**20, 10**20 + 1])

    assert isinstance(median, Fraction)
    assert median == 10**20 + Fraction(1, 2)
    assert isinstance(median_of([5]), Fraction)
    assert median_of([Fraction(1, 3), Fraction(1, 7)]) == Fraction(5, 21)


def test_as_many_values_lie_below_as_above():
    for count in range(1, 30):
        values = [number * 37 % 101 for number in range(1, count + 1)]
        median = median_of(values)
        assert sum(value < median for value in values) == sum(value > median for value in values)


def test_the_argument_is_left_alone():
    values = [3, 1, 2]

    median_of(values)

    assert values == [3, 1, 2]


def test_no_values_are_refused():
    with pytest.raises(ValueError):
        median_of([])
