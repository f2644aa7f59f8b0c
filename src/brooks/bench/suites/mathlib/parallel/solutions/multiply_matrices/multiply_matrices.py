from collections.abc import Sequence
from fractions import Fraction


def multiply_matrices(
    left: Sequence[Sequence[int | Fraction]],
    right: Sequence[Sequence[int | Fraction]],
) -> list[list[int | Fraction]]:
    """Return the matrix product of `left` and `right`, both given as lists of rows."""
    for matrix in (left, right):
        if not matrix or not matrix[0] or any(len(row) != len(matrix[0]) for row in matrix):
            raise ValueError(f"not a matrix: {matrix!r}")
    if len(left[0]) != len(right):
        raise ValueError(f"cannot multiply {len(left[0])} columns by {len(right)} rows")
    columns = list(zip(*right, strict=True))
    return [
        [sum(x * y for x, y in zip(row, column, strict=True)) for column in columns] for row in left
    ]
