from fractions import Fraction
from itertools import combinations

import pytest
from gram_schmidt import gram_schmidt


def test_the_first_vector_stays_and_the_second_loses_its_shadow():
    assert gram_schmidt([[3, 1], [2, 2]]) == [[3, 1], [Fraction(-2, 5), Fraction(6, 5)]]


def test_perpendicular_vectors_stay_as_they_are():
    assert gram_schmidt([[0, 2, 0], [5, 0, 0]]) == [[0, 2, 0], [5, 0, 0]]


def test_all_pairs_of_results_are_perpendicular():
    basis = gram_schmidt([[1, 1, 0, 2], [1, 0, 1, 1], [0, 3, 1, -1], [2, 2, 2, 5]])

    assert len(basis) == 4
    for first, second in combinations(basis, 2):
        assert sum(x * y for x, y in zip(first, second, strict=True)) == 0


def test_vectors_that_depend_on_earlier_ones_are_left_out():
    assert gram_schmidt([[1, 2], [2, 4], [0, 0], [1, 0]]) == [
        [1, 2],
        [Fraction(4, 5), Fraction(-2, 5)],
    ]


def test_no_vectors_give_no_basis():
    assert gram_schmidt([]) == []


def test_every_entry_is_a_fraction():
    assert all(
        isinstance(entry, Fraction) for row in gram_schmidt([[1, 0], [1, 1]]) for entry in row
    )


def test_it_builds_on_dot_product(calls_of):
    calls = calls_of("gram_schmidt", "dot_product")

    gram_schmidt([[1, 0], [1, 1]])

    assert calls


def test_vectors_of_different_lengths_are_refused():
    with pytest.raises(ValueError):
        gram_schmidt([[1, 2], [1, 2, 3]])
