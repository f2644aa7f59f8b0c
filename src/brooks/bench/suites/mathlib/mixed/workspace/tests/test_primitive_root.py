import pytest
from primitive_root import primitive_root


@pytest.mark.parametrize(
    ("prime", "root"), [(2, 1), (3, 2), (5, 2), (7, 3), (11, 2), (23, 5), (41, 6), (71, 7)]
)
def test_known_smallest_roots(prime, root):
    assert primitive_root(prime) == root


def test_its_powers_reach_every_nonzero_remainder():
    for prime in (13, 17, 31, 43):
        root = primitive_root(prime)
        assert {pow(root, k, prime) for k in range(prime - 1)} == set(range(1, prime))


def test_it_builds_on_multiplicative_order(calls_of):
    calls = calls_of("primitive_root", "multiplicative_order")

    primitive_root(7)

    assert calls


@pytest.mark.parametrize("number", [4, 9, 10, 15, 91])
def test_composite_numbers_are_refused(number):
    with pytest.raises(ValueError):
        primitive_root(number)


@pytest.mark.parametrize("number", [1, 0, -7])
def test_numbers_below_two_are_refused(number):
    with pytest.raises(ValueError):
        primitive_root(number)
