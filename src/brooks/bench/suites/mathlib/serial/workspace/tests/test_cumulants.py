from fractions import Fraction

import pytest
from cumulants import cumulants


def test_the_first_three_are_mean_variance_and_third_moment():
    assert cumulants([1, 2, 3, 6], 3) == [3, Fraction(7, 2), Fraction(9, 2)]


def test_a_fair_coin():
    assert cumulants([0, 1], 6) == [
        Fraction(1, 2),
        Fraction(1, 4),
        0,
        Fraction(-1, 8),
        0,
        Fraction(1, 4),
    ]


def test_moving_all_values_moves_only_the_first():
    here, there = cumulants([1, 4, 4, 9], 5), cumulants([11, 14, 14, 19], 5)

    assert there[0] == here[0] + 10
    assert there[1:] == here[1:]


def test_cumulants_of_independent_sums_add_up():
    first, second = [0, 1, 5], [2, 2, 3, 9]
    sums = [x + y for x in first for y in second]

    expected = [x + y for x, y in zip(cumulants(first, 5), cumulants(second, 5), strict=True)]

    assert cumulants(sums, 5) == expected


def test_equal_values_have_only_a_mean():
    assert cumulants([8, 8], 4) == [8, 0, 0, 0]


def test_it_builds_on_central_moments(calls_of):
    calls = calls_of("cumulants", "central_moments")

    cumulants([1, 2], 2)

    assert calls


@pytest.mark.parametrize(("values", "order"), [([], 2), ([1, 2], 0)])
def test_no_values_and_orders_below_one_are_refused(values, order):
    with pytest.raises(ValueError):
        cumulants(values, order)
