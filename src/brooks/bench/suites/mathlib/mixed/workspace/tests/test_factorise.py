from math import prod

import pytest
from factorise import factorise


@pytest.mark.parametrize(
    ("number", "exponents"),
    [
        (12, {2: 2, 3: 1}),
        (97, {97: 1}),
        (1024, {2: 10}),
        (49, {7: 2}),
        (9699, {3: 1, 53: 1, 61: 1}),
    ],
)
def test_known_factorisations(number, exponents):
    assert factorise(number) == exponents


def test_one_has_no_prime_factors():
    assert factorise(1) == {}


def test_the_factors_multiply_back_to_the_number():
    for number in range(1, 300):
        assert prod(prime**power for prime, power in factorise(number).items()) == number


def test_the_primes_come_in_ascending_order():
    assert list(factorise(2 * 3 * 7 * 11 * 101)) == [2, 3, 7, 11, 101]


def test_a_large_prime_beyond_the_square_root_is_found():
    assert factorise(2 * 1_000_003) == {2: 1, 1_000_003: 1}


def test_it_builds_on_prime_sieve(calls_of):
    calls = calls_of("factorise", "prime_sieve")

    factorise(360)

    assert calls


@pytest.mark.parametrize("number", [0, -12])
def test_numbers_below_one_are_refused(number):
    with pytest.raises(ValueError):
        factorise(number)
