import pytest
from prime_sieve import prime_sieve


def test_the_primes_up_to_thirty():
    assert prime_sieve(30) == [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]


def test_the_limit_itself_is_included():
    assert prime_sieve(2) == [2]
    assert prime_sieve(29)[-1] == 29
    assert prime_sieve(28)[-1] == 23


@pytest.mark.parametrize("limit", [1, 0, -5])
def test_below_two_there_are_none(limit):
    assert prime_sieve(limit) == []


def test_squares_of_primes_are_struck_out():
    assert not {4, 9, 25, 49, 121, 169} & set(prime_sieve(200))


def test_how_many_primes_lie_below_ten_thousand():
    assert len(prime_sieve(10_000)) == 1229
