from collections.abc import Sequence
from fractions import Fraction

from row_echelon import row_echelon


def invert_matrix(matrix: Sequence[Sequence[int | Fraction]]) -> list[list[Fraction]]:
    """Return the inverse of `matrix`, in exact fractions."""
    size = len(matrix)
    if not matrix or any(len(row) != size for row in matrix):
        raise ValueError(f"not a square matrix: {matrix!r}")
    widened = [[*row, *(int(i == j) for j in range(size))] for i, row in enumerate(matrix)]
    reduced = row_echelon(widened)
    if any(reduced[i][i] != 1 for i in range(size)):
        raise ValueError(f"the matrix has no inverse: {matrix!r}")
    return [row[size:] for row in reduced]
