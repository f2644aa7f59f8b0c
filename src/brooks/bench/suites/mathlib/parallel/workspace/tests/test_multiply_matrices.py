from fractions import Fraction

import pytest
from multiply_matrices import multiply_matrices


def test_square_matrices_multiply_row_by_column():
    assert multiply_matrices([[1, 2], [3, 4]], [[0, 1], [5, -2]]) == [[10, -3], [20, -5]]


def test_a_row_times_a_column_is_one_number():
    assert multiply_matrices([[1, 2, 3]], [[4], [5], [6]]) == [[32]]


def test_a_column_times_a_row_is_a_full_table():
    assert multiply_matrices([[1], [2], [3]], [[4, 5]]) == [[4, 5], [8, 10], [12, 15]]


def test_fractions_stay_exact():
    half = Fraction(1, 2)

    assert multiply_matrices([[half, 1]], [[half], [Fraction(1, 3)]]) == [[Fraction(7, 12)]]


def test_the_arguments_are_left_alone():
    left, right = [[1, 2], [3, 4]], [[1, 0], [0, 1]]

    product = multiply_matrices(left, right)
    product[0][0] = 99

    assert (left, right) == ([[1, 2], [3, 4]], [[1, 0], [0, 1]])


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([[1, 2]], [[1, 2]]),
        ([], [[1]]),
        ([[1]], []),
        ([[]], [[1]]),
        ([[1, 2], [3]], [[1], [2]]),
        ([[1, 2]], [[1, 2], [3]]),
    ],
)
def test_shapes_that_do_not_fit_are_refused(left, right):
    with pytest.raises(ValueError):
        multiply_matrices(left, right)
