from fractions import Fraction

import pytest
from typical_value import typical_value


def test_a_normal_looking_sample_has_its_mean():
    assert typical_value([1, 2, 3, 4, 6]) == Fraction(16, 5)


def test_a_sample_with_a_spike_has_its_median():
    assert typical_value([80, 2, 3, 4, 5, 6, 7, 1, 8]) == 5


def test_an_even_count_has_its_median_between_the_two_middle_values():
    assert typical_value([80, 2, 3, 4, 5, 6, 7, 1]) == Fraction(9, 2)


def test_equal_values_are_typical_of_themselves():
    assert typical_value([6, 6, 6]) == 6
    assert typical_value([-2]) == -2


def test_the_result_is_a_fraction_between_the_extremes():
    for values in ([1, 2], [3, 9, 9, 27], [0, 0, 0, 1000] * 3):
        found = typical_value(values)
        assert isinstance(found, Fraction)
        assert min(values) <= found <= max(values)


def test_it_builds_on_looks_normal(calls_of):
    calls = calls_of("typical_value", "looks_normal")

    typical_value([1, 2, 4])

    assert calls


def test_no_values_are_refused():
    with pytest.raises(ValueError):
        typical_value([])
