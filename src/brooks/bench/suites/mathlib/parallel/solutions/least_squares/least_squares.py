from collections.abc import Sequence
from fractions import Fraction

from multiply_matrices import multiply_matrices
from row_echelon import row_echelon


def least_squares(
    matrix: Sequence[Sequence[int | Fraction]], target: Sequence[int | Fraction]
) -> list[Fraction]:
    """Return the x for which `matrix` times x comes closest to `target`."""
    if len(matrix) != len(target):
        raise ValueError(f"{len(matrix)} rows but {len(target)} target values")
    transposed = [list(column) for column in zip(*matrix, strict=True)]
    square = multiply_matrices(transposed, matrix)
    right = multiply_matrices(transposed, [[value] for value in target])
    reduced = row_echelon([[*row, *end] for row, end in zip(square, right, strict=True)])
    if any(reduced[i][i] != 1 for i in range(len(square))):
        raise ValueError("the columns depend on each other: no single best answer")
    return [row[-1] for row in reduced]
