from fractions import Fraction

import pytest
from absolute_deviations import absolute_deviations


def test_distances_from_the_mean_of_a_normal_looking_sample():
    fifth = Fraction(1, 5)

    assert absolute_deviations([6, 1, 3, 2, 4]) == [
        14 * fifth,
        11 * fifth,
        fifth,
        6 * fifth,
        4 * fifth,
    ]


def test_distances_from_the_median_of_a_sample_with_a_spike():
    assert absolute_deviations([1, 2, 3, 4, 5, 6, 7, 8, 80]) == [4, 3, 2, 1, 0, 1, 2, 3, 75]


def test_equal_values_do_not_deviate():
    assert absolute_deviations([7, 7, 7]) == [0, 0, 0]


def test_moving_all_values_changes_nothing():
    values = [1, 5, 6, 2, 90, 3]

    assert absolute_deviations([v + 1000 for v in values]) == absolute_deviations(values)


def test_every_deviation_is_a_fraction_that_is_not_negative():
    found = absolute_deviations([-8, 2, -3, 11])

    assert all(isinstance(distance, Fraction) and distance >= 0 for distance in found)


def test_it_builds_on_typical_value(calls_of):
    calls = calls_of("absolute_deviations", "typical_value")

    absolute_deviations([1, 2, 4])

    assert calls


def test_no_values_are_refused():
    with pytest.raises(ValueError):
        absolute_deviations([])
