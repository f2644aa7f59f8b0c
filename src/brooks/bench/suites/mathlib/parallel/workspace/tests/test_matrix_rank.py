from fractions import Fraction

import pytest
from matrix_rank import matrix_rank


def test_independent_rows_all_count():
    assert matrix_rank([[1, 2], [3, 4]]) == 2


def test_a_multiple_of_another_row_does_not_count():
    assert matrix_rank([[1, 2, 3], [-2, -4, -6], [0, 1, 1]]) == 2


def test_a_zero_matrix_has_rank_zero():
    assert matrix_rank([[0, 0, 0], [0, 0, 0]]) == 0


def test_the_rank_is_never_more_than_the_shorter_side():
    assert matrix_rank([[1, 5, 2, 8]]) == 1
    assert matrix_rank([[1], [5], [2], [8]]) == 1


def test_a_matrix_and_its_transpose_have_the_same_rank():
    matrix = [[1, 2, 0, 3], [4, 8, 1, 0], [5, 10, 1, 3]]

    assert matrix_rank(matrix) == matrix_rank(list(zip(*matrix, strict=True))) == 2


def test_rows_that_differ_by_a_hair_are_told_apart():
    hair = Fraction(1, 10**40)

    assert matrix_rank([[1, 1], [1, 1 + hair]]) == 2


def test_it_builds_on_row_echelon(calls_of):
    calls = calls_of("matrix_rank", "row_echelon")

    matrix_rank([[1, 2], [3, 4]])

    assert calls


def test_rows_of_different_lengths_are_refused():
    with pytest.raises(ValueError):
        matrix_rank([[1, 2], [3]])
