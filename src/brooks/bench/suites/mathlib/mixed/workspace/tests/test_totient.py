from math import gcd

import pytest
from totient import totient


def test_it_counts_the_coprime_numbers():
    for number in range(1, 120):
        assert totient(number) == sum(gcd(number, k) == 1 for k in range(1, number + 1))


def test_a_prime_is_coprime_to_all_below_it():
    assert totient(10_007) == 10_006


def test_powers_of_a_prime():
    assert [totient(3**k) for k in range(5)] == [1, 2, 6, 18, 54]


def test_it_multiplies_over_coprime_factors():
    assert totient(16 * 45) == totient(16) * totient(45) == 192


def test_it_builds_on_factorise(calls_of):
    calls = calls_of("totient", "factorise")

    totient(36)

    assert calls


@pytest.mark.parametrize("number", [0, -4])
def test_numbers_below_one_are_refused(number):
    with pytest.raises(ValueError):
        totient(number)
