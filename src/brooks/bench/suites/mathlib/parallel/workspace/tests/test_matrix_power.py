from fractions import Fraction

import pytest
from matrix_power import matrix_power


def test_the_power_zero_is_the_identity():
    assert matrix_power([[2, 7], [1, 8]], 0) == [[1, 0], [0, 1]]


def test_the_power_one_is_an_equal_but_separate_matrix():
    matrix = [[2, 7], [1, 8]]

    power = matrix_power(matrix, 1)
    power[0][0] = 99

    assert matrix == [[2, 7], [1, 8]]


def test_powers_of_the_fibonacci_matrix():
    assert matrix_power([[1, 1], [1, 0]], 90)[0][1] == 2880067194370816120


def test_fractions_stay_exact():
    assert matrix_power([[Fraction(1, 2)]], 10) == [[Fraction(1, 1024)]]


def test_exponents_add_up():
    matrix = [[0, 1, 2], [1, 0, 1], [2, -1, 1]]

    assert matrix_power(matrix_power(matrix, 2), 3) == matrix_power(matrix, 6)


def test_it_squares_through_multiply_matrices(calls_of):
    calls = calls_of("matrix_power", "multiply_matrices")

    power = matrix_power([[1, 1], [0, 1]], 1000)

    assert power == [[1, 1000], [0, 1]]
    assert 1 <= len(calls) <= 20


@pytest.mark.parametrize(
    ("matrix", "exponent"),
    [([[1, 2]], 2), ([[1, 2]], 0), ([], 1), ([], 0), ([[1, 2], [3]], 2), ([[1]], -1)],
)
def test_matrices_that_are_not_square_and_negative_exponents_are_refused(matrix, exponent):
    with pytest.raises(ValueError):
        matrix_power(matrix, exponent)
