import pytest
from multiplicative_order import multiplicative_order


@pytest.mark.parametrize(
    ("base", "modulus", "order"), [(2, 7, 3), (3, 7, 6), (10, 13, 6), (2, 9, 6), (1, 50, 1)]
)
def test_known_orders(base, modulus, order):
    assert multiplicative_order(base, modulus) == order


def test_no_smaller_exponent_gives_one():
    for base in (2, 3, 5):
        for modulus in (7, 11, 49, 77):
            order = multiplicative_order(base, modulus)
            assert pow(base, order, modulus) == 1
            assert all(pow(base, k, modulus) != 1 for k in range(1, order))


def test_only_the_remainder_of_the_base_matters():
    assert multiplicative_order(10, 7) == multiplicative_order(3, 7) == multiplicative_order(-4, 7)


def test_modulo_one_everything_is_one():
    assert multiplicative_order(5, 1) == 1
    assert multiplicative_order(0, 1) == 1


def test_it_builds_on_totient(calls_of):
    calls = calls_of("multiplicative_order", "totient")

    multiplicative_order(3, 10)

    assert calls


@pytest.mark.parametrize(("base", "modulus"), [(2, 8), (0, 5), (6, 9), (3, 0), (3, -7)])
def test_bases_with_a_common_factor_and_moduli_below_one_are_refused(base, modulus):
    with pytest.raises(ValueError):
        multiplicative_order(base, modulus)
