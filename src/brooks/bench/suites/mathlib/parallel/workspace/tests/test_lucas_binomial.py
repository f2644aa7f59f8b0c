from math import comb

import pytest
from lucas_binomial import lucas_binomial


@pytest.mark.parametrize("prime", [2, 3, 5, 7, 13])
def test_small_coefficients_agree_with_the_plain_remainder(prime):
    for n in range(30):
        for k in range(n + 1):
            assert lucas_binomial(n, k, prime) == comb(n, k) % prime


def test_choosing_more_than_there_are_is_zero():
    assert lucas_binomial(3, 8, 5) == 0


def test_a_row_before_a_power_of_two_is_all_odd():
    assert {lucas_binomial(63, k, 2) for k in range(64)} == {1}


def test_numbers_far_too_large_for_the_plain_way():
    n = 7**20 * 5 + 7**10 * 3 + 6
    k = 7**20 * 2 + 7**10 * 1 + 4

    assert lucas_binomial(n, k, 7) == 10 * 3 * 15 % 7


def test_only_small_coefficients_are_asked_for(calls_of):
    coefficients = calls_of("lucas_binomial", "binomial")
    expansions = calls_of("lucas_binomial", "digits_in_base")

    lucas_binomial(10**18, 10**9, 11)

    assert coefficients
    assert all(n < 11 and k < 11 for n, k in coefficients)
    assert expansions


@pytest.mark.parametrize(("n", "k", "prime"), [(-1, 0, 3), (4, -2, 3), (4, 2, 1), (4, 2, 0)])
def test_negative_arguments_and_a_modulus_below_two_are_refused(n, k, prime):
    with pytest.raises(ValueError):
        lucas_binomial(n, k, prime)
