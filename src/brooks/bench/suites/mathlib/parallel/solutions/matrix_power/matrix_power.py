from collections.abc import Sequence
from fractions import Fraction

from multiply_matrices import multiply_matrices


def matrix_power(
    matrix: Sequence[Sequence[int | Fraction]], exponent: int
) -> list[list[int | Fraction]]:
    """Return `matrix` multiplied by itself `exponent` times, by repeated squaring."""
    if not matrix or any(len(row) != len(matrix) for row in matrix):
        raise ValueError(f"not a square matrix: {matrix!r}")
    if exponent < 0:
        raise ValueError(f"exponent must not be negative: {exponent!r}")
    size = len(matrix)
    power: list[list[int | Fraction]] = [[int(i == j) for j in range(size)] for i in range(size)]
    square = [list(row) for row in matrix]
    while exponent:
        if exponent % 2:
            power = multiply_matrices(power, square)
        exponent //= 2
        if exponent:
            square = multiply_matrices(square, square)
    return power
