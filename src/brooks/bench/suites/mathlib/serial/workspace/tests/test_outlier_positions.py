from fractions import Fraction

import pytest
from outlier_positions import outlier_positions

SPIKED = [1, 2, 80, 3, 4, 5, 6, -70, 7]


def test_far_values_are_found_at_their_places():
    assert outlier_positions(SPIKED) == [2, 7]


def test_the_usual_factor_is_three():
    assert outlier_positions([0, 1, 2, 3, 4, 5, 9]) == [6]


def test_an_even_sample_has_none():
    assert outlier_positions([1, 2, 3, 4, 5, 6, 7]) == []


def test_a_smaller_factor_finds_more():
    values = [0, 1, 2, 3, 4, 5, 11]

    assert outlier_positions(values, 3) == [6]
    assert outlier_positions(values, 1) == [0, 1, 6]
    assert outlier_positions(values, Fraction(17, 4)) == []


def test_a_deviation_of_exactly_the_limit_is_no_outlier():
    assert outlier_positions([0, 1, 2], 1) == []


def test_when_most_values_are_equal_nothing_is_judged():
    assert outlier_positions([5] * 20 + [90]) == []
    assert outlier_positions([5]) == []


def test_it_builds_on_absolute_deviations(calls_of):
    calls = calls_of("outlier_positions", "absolute_deviations")

    outlier_positions([1, 2, 4])

    assert calls


@pytest.mark.parametrize(("values", "factor"), [([], 3), ([1, 2], Fraction(9, 10)), ([1, 2], -1)])
def test_no_values_and_factors_below_one_are_refused(values, factor):
    with pytest.raises(ValueError):
        outlier_positions(values, factor)
