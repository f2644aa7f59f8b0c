from fractions import Fraction

import pytest
from least_squares import least_squares

POINTS = [(0, 1), (1, 3), (2, 4), (3, 4)]
LINE = [[1, x] for x, _ in POINTS]
HEIGHTS = [y for _, y in POINTS]


def test_a_square_system_is_solved_exactly():
    assert least_squares([[2, 1], [1, 3]], [4, 5]) == [Fraction(7, 5), Fraction(6, 5)]


def test_the_best_line_through_four_points():
    assert least_squares(LINE, HEIGHTS) == [Fraction(3, 2), 1]


def test_one_column_of_ones_gives_the_mean():
    assert least_squares([[1], [1], [1]], [2, 3, 8]) == [Fraction(13, 3)]


def test_what_is_left_over_is_perpendicular_to_every_column():
    matrix, target = [[1, 2], [0, 1], [3, -1], [2, 2]], [5, 1, 0, 7]

    answer = least_squares(matrix, target)

    rest = [
        y - sum(a * x for a, x in zip(row, answer, strict=True))
        for row, y in zip(matrix, target, strict=True)
    ]
    for column in zip(*matrix, strict=True):
        assert sum(a * r for a, r in zip(column, rest, strict=True)) == 0


def test_it_builds_on_multiply_matrices_and_row_echelon(calls_of):
    products = calls_of("least_squares", "multiply_matrices")
    reductions = calls_of("least_squares", "row_echelon")

    least_squares(LINE, HEIGHTS)

    assert products
    assert reductions


@pytest.mark.parametrize(
    ("matrix", "target"),
    [
        ([[1, 2], [2, 4], [3, 6]], [1, 2, 3]),
        ([[1, 2]], [3]),
        ([[1], [2]], [3]),
        ([], []),
    ],
)
def test_dependent_columns_and_wrong_lengths_are_refused(matrix, target):
    with pytest.raises(ValueError):
        least_squares(matrix, target)
