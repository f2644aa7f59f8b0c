import pytest
from hadamard_matrix import hadamard_matrix


def test_the_matrix_for_three():
    assert hadamard_matrix(3) == [[1, 1, 1, 1], [-1, 1, -1, 1], [-1, 1, 1, -1], [-1, -1, 1, 1]]


@pytest.mark.parametrize("prime", [3, 7, 11, 19])
def test_the_rows_are_perpendicular(prime):
    matrix = hadamard_matrix(prime)

    for i, first in enumerate(matrix):
        for j, second in enumerate(matrix):
            product = sum(x * y for x, y in zip(first, second, strict=True))
            assert product == (prime + 1 if i == j else 0)


def test_every_entry_is_one_or_minus_one():
    matrix = hadamard_matrix(7)

    assert [len(row) for row in matrix] == [8] * 8
    assert {entry for row in matrix for entry in row} == {-1, 1}


def test_the_first_row_is_all_ones_and_the_first_column_all_else_minus():
    matrix = hadamard_matrix(11)

    assert matrix[0] == [1] * 12
    assert [row[0] for row in matrix[1:]] == [-1] * 11


def test_it_builds_on_jacobsthal_matrix(calls_of):
    calls = calls_of("hadamard_matrix", "jacobsthal_matrix")

    hadamard_matrix(3)

    assert calls


@pytest.mark.parametrize("number", [2, 5, 13, 15, 27, 1, -1])
def test_wrong_remainders_and_composite_numbers_are_refused(number):
    with pytest.raises(ValueError):
        hadamard_matrix(number)
