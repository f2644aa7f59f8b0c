from fractions import Fraction

import pytest
from find_spikes import find_spikes


def test_one_spike_in_a_calm_series():
    assert find_spikes([10, 11, 9, 10, 31, 10, 11], 3, 3) == [4]


def test_just_the_limit_is_no_spike():
    assert find_spikes([10, 10, 20, 10], 2, 2) == []
    assert find_spikes([10, 10, 21, 10], 2, 2) == [2]


def test_a_spike_hides_the_next_one():
    assert find_spikes([1, 1, 9, 9, 9], 2, 4) == [2]
    assert find_spikes([1, 1, 9, 9, 9], 1, 4) == [2]


def test_a_factor_below_one_finds_all_but_the_dips():
    assert find_spikes([10, 10, 4, 10, 6], 1, Fraction(1, 2)) == [1, 3, 4]


def test_after_nothing_everything_above_nothing_is_a_spike():
    assert find_spikes([0, 0, 1, 0, 0], 2, 100) == [2]


@pytest.mark.parametrize("values", [[], [5], [1, 100], [1, 1, 100]])
def test_the_first_values_are_never_spikes(values):
    assert find_spikes(values, 3, 2) == []


def test_the_limit_is_exact():
    values = [3 * 10**20, 3 * 10**20 + 1, 4 * 10**20 + 1]

    assert find_spikes(values, 2, Fraction(4, 3)) == [2]
    assert find_spikes([*values[:2], 4 * 10**20], 2, Fraction(4, 3)) == []


def test_scaling_all_values_moves_no_spike():
    values = [n * n * n % 23 + 1 for n in range(60)]

    spikes = find_spikes(values, 4, 2)

    assert spikes
    assert spikes == find_spikes([1000 * value for value in values], 4, 2)
    assert all(
        place >= 4 and 4 * values[place] > 2 * sum(values[place - 4 : place]) for place in spikes
    )


@pytest.mark.parametrize(("window", "factor"), [(0, 2), (-1, 2), (3, 0), (3, -1)])
def test_an_impossible_window_or_factor_is_refused(window, factor):
    with pytest.raises(ValueError):
        find_spikes([1, 2, 3, 4], window, factor)
