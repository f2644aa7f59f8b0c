import pytest
from magic_square import magic_square


def test_the_square_of_three():
    assert magic_square(3) == [[8, 1, 6], [3, 5, 7], [4, 9, 2]]


def test_the_square_of_one():
    assert magic_square(1) == [[1]]


def test_the_first_row_of_five():
    assert magic_square(5)[0] == [17, 24, 1, 8, 15]


@pytest.mark.parametrize("size", [3, 5, 7, 9])
def test_rows_columns_and_diagonals_have_one_sum(size):
    square = magic_square(size)

    sums = {sum(row) for row in square} | {sum(column) for column in zip(*square, strict=True)}
    sums.add(sum(square[i][i] for i in range(size)))
    sums.add(sum(square[i][size - 1 - i] for i in range(size)))

    assert sums == {size * (size * size + 1) // 2}


def test_every_number_appears_once():
    numbers = [number for row in magic_square(7) for number in row]

    assert sorted(numbers) == list(range(1, 50))


@pytest.mark.parametrize("size", [0, 2, 4, -3])
def test_even_and_missing_sizes_are_refused(size):
    with pytest.raises(ValueError):
        magic_square(size)
