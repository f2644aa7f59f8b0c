import pytest
from legendre_symbol import legendre_symbol


def test_the_symbols_modulo_seven():
    assert [legendre_symbol(a, 7) for a in range(7)] == [0, 1, 1, -1, 1, -1, -1]


def test_only_the_remainder_matters():
    assert legendre_symbol(-1, 7) == legendre_symbol(6, 7) == -1
    assert legendre_symbol(22, 11) == 0
    assert legendre_symbol(9 + 13 * 50, 13) == 1


def test_it_agrees_with_the_power_rule_of_euler():
    for prime in (3, 5, 11, 19):
        for a in range(prime):
            assert legendre_symbol(a, prime) % prime == pow(a, (prime - 1) // 2, prime)


def test_it_multiplies():
    for a in range(1, 13):
        product = legendre_symbol(a, 13) * legendre_symbol(5, 13)
        assert legendre_symbol(5 * a, 13) == product


def test_it_builds_on_quadratic_residues(calls_of):
    calls = calls_of("legendre_symbol", "quadratic_residues")

    legendre_symbol(3, 11)

    assert calls


@pytest.mark.parametrize("number", [2, 1, 9, 15])
def test_two_and_composite_numbers_are_refused(number):
    with pytest.raises(ValueError):
        legendre_symbol(1, number)
