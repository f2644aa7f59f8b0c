def magic_square(size: int) -> list[list[int]]:
    """Return the magic square of odd `size` that steps up and to the right from the top middle."""
    if size < 1 or size % 2 == 0:
        raise ValueError(f"size must be a positive odd number: {size!r}")
    square = [[0] * size for _ in range(size)]
    row, column = 0, size // 2
    for number in range(1, size * size + 1):
        square[row][column] = number
        above, right = (row - 1) % size, (column + 1) % size
        if square[above][right]:
            row = (row + 1) % size
        else:
            row, column = above, right
    return square
