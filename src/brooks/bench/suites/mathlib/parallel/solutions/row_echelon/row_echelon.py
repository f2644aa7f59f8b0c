from collections.abc import Sequence
from fractions import Fraction


def row_echelon(matrix: Sequence[Sequence[int | Fraction]]) -> list[list[Fraction]]:
    """Return the reduced row echelon form of `matrix`, in exact fractions."""
    if not matrix or not matrix[0] or any(len(row) != len(matrix[0]) for row in matrix):
        raise ValueError(f"not a matrix: {matrix!r}")
    rows = [[Fraction(entry) for entry in row] for row in matrix]
    done = 0
    for column in range(len(rows[0])):
        pivot = next((i for i in range(done, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        leading = rows[done][column]
        rows[done] = [entry / leading for entry in rows[done]]
        for i, row in enumerate(rows):
            if i != done and row[column]:
                factor = row[column]
                rows[i] = [x - factor * y for x, y in zip(row, rows[done], strict=True)]
        done += 1
        if done == len(rows):
            break
    return rows
