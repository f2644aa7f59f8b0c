import pytest
from jacobsthal_matrix import jacobsthal_matrix


def test_the_matrix_for_three():
    assert jacobsthal_matrix(3) == [[0, -1, 1], [1, 0, -1], [-1, 1, 0]]


def test_the_diagonal_is_zero_and_all_else_is_plus_or_minus_one():
    for i, row in enumerate(jacobsthal_matrix(11)):
        assert len(row) == 11
        assert [j for j, entry in enumerate(row) if entry == 0] == [i]
        assert set(row) == {-1, 0, 1}


def test_every_row_and_column_sums_to_zero():
    matrix = jacobsthal_matrix(13)

    assert [sum(row) for row in matrix] == [0] * 13
    assert [sum(column) for column in zip(*matrix, strict=True)] == [0] * 13


def test_transposing_keeps_it_or_turns_its_sign():
    five, seven = jacobsthal_matrix(5), jacobsthal_matrix(7)

    assert [list(column) for column in zip(*five, strict=True)] == five
    assert [[-x for x in column] for column in zip(*seven, strict=True)] == seven


def test_different_rows_have_the_product_minus_one():
    matrix = jacobsthal_matrix(7)

    for i, first in enumerate(matrix):
        for j, second in enumerate(matrix):
            product = sum(x * y for x, y in zip(first, second, strict=True))
            assert product == (6 if i == j else -1)


def test_it_builds_on_legendre_symbol(calls_of):
    calls = calls_of("jacobsthal_matrix", "legendre_symbol")

    jacobsthal_matrix(5)

    assert calls


@pytest.mark.parametrize("number", [2, 9, 1, 0, -3])
def test_anything_but_an_odd_prime_is_refused(number):
    with pytest.raises(ValueError):
        jacobsthal_matrix(number)
