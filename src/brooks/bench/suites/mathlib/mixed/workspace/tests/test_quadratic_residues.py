import pytest
from quadratic_residues import quadratic_residues


@pytest.mark.parametrize(
    ("prime", "residues"),
    [(2, [1]), (3, [1]), (5, [1, 4]), (7, [1, 2, 4]), (13, [1, 3, 4, 9, 10, 12])],
)
def test_known_residues(prime, residues):
    assert quadratic_residues(prime) == residues


def test_they_are_exactly_the_nonzero_squares():
    for prime in (11, 17, 29, 37):
        assert quadratic_residues(prime) == sorted({x * x % prime for x in range(1, prime)})


def test_half_of_the_nonzero_remainders_are_squares():
    assert len(quadratic_residues(61)) == 30


def test_it_builds_on_index_table(calls_of):
    calls = calls_of("quadratic_residues", "index_table")

    quadratic_residues(11)

    assert calls


@pytest.mark.parametrize("number", [1, 8, 21, -3])
def test_numbers_that_are_not_prime_are_refused(number):
    with pytest.raises(ValueError):
        quadratic_residues(number)
