from jacobsthal_matrix import jacobsthal_matrix


def hadamard_matrix(prime: int) -> list[list[int]]:
    """Return a matrix of `prime` + 1 perpendicular rows of ones and minus ones."""
    if prime % 4 != 3:
        raise ValueError(f"need a prime that leaves 3 when divided by 4: {prime!r}")
    rows = [[-1, *row] for row in jacobsthal_matrix(prime)]
    for i, row in enumerate(rows):
        row[i + 1] += 1
    return [[1] * (prime + 1), *rows]
