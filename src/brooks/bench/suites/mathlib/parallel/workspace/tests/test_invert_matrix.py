from fractions import Fraction

import pytest
from invert_matrix import invert_matrix


def test_a_two_by_two_matrix_follows_the_school_formula():
    assert invert_matrix([[4, 7], [2, 6]]) == [
        [Fraction(3, 5), Fraction(-7, 10)],
        [Fraction(-1, 5), Fraction(2, 5)],
    ]


def test_a_single_number_gives_its_reciprocal():
    assert invert_matrix([[-8]]) == [[Fraction(-1, 8)]]


def test_a_swap_of_rows_is_its_own_inverse():
    swap = [[0, 1, 0], [1, 0, 0], [0, 0, 1]]

    assert invert_matrix(swap) == swap


def test_matrix_times_inverse_is_the_identity():
    matrix = [[2, -1, 0], [1, 3, 5], [0, 4, 7]]

    inverse = invert_matrix(matrix)

    for i in range(3):
        for j in range(3):
            assert sum(matrix[i][k] * inverse[k][j] for k in range(3)) == (i == j)


def test_inverting_twice_gives_the_matrix_back():
    matrix = [[1, 2], [3, 5]]

    assert invert_matrix(invert_matrix(matrix)) == matrix


def test_it_builds_on_row_echelon(calls_of):
    calls = calls_of("invert_matrix", "row_echelon")

    invert_matrix([[1, 2], [3, 5]])

    assert calls


@pytest.mark.parametrize("matrix", [[[1, 2], [2, 4]], [[0]], [[1, 2]], [], [[1, 2], [3]]])
def test_singular_and_oblong_matrices_are_refused(matrix):
    with pytest.raises(ValueError):
        invert_matrix(matrix)
