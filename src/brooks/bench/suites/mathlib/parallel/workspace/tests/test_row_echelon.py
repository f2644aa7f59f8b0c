from fractions import Fraction

import pytest
from row_echelon import row_echelon


def test_an_invertible_matrix_becomes_the_identity():
    assert row_echelon([[2, 1, 0], [0, 3, 1], [4, 0, 5]]) == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_a_system_with_one_answer_shows_it_in_the_last_column():
    assert row_echelon([[2, 1, 4], [1, 3, 5]]) == [[1, 0, Fraction(7, 5)], [0, 1, Fraction(6, 5)]]


def test_dependent_rows_become_zero_rows_at_the_bottom():
    assert row_echelon([[1, 2, 3], [2, 4, 6], [1, 2, 4]]) == [[1, 2, 0], [0, 0, 1], [0, 0, 0]]


def test_a_leading_zero_is_swapped_away():
    assert row_echelon([[0, 0, 2], [0, 5, 0]]) == [[0, 1, 0], [0, 0, 1]]


def test_a_single_row_is_divided_by_its_first_nonzero_entry():
    assert row_echelon([[0, 4, 6]]) == [[0, 1, Fraction(3, 2)]]
    assert row_echelon([[0], [-3]]) == [[1], [0]]


def test_a_zero_matrix_stays_as_it_is():
    assert row_echelon([[0, 0], [0, 0]]) == [[0, 0], [0, 0]]


def test_reducing_twice_changes_nothing():
    once = row_echelon([[3, 1, -2, 7], [6, 2, -4, 1], [1, 1, 1, 1]])

    assert row_echelon(once) == once


def test_every_entry_is_a_fraction_and_the_argument_is_left_alone():
    matrix = [[3, 1], [1, 1]]

    reduced = row_echelon(matrix)

    assert all(isinstance(entry, Fraction) for row in reduced for entry in row)
    assert matrix == [[3, 1], [1, 1]]


@pytest.mark.parametrize("matrix", [[], [[]], [[1, 2], [3]]])
def test_a_list_that_is_no_matrix_is_refused(matrix):
    with pytest.raises(ValueError):
        row_echelon(matrix)
