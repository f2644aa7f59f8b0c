from collections.abc import Sequence
from fractions import Fraction

from row_echelon import row_echelon


def matrix_rank(matrix: Sequence[Sequence[int | Fraction]]) -> int:
    """Return how many rows of `matrix` are independent."""
    return sum(any(row) for row in row_echelon(matrix))
