from legendre_symbol import legendre_symbol


def jacobsthal_matrix(prime: int) -> list[list[int]]:
    """Return the square matrix whose entry in row i, column j is the symbol of i - j."""
    symbols = [legendre_symbol(difference, prime) for difference in range(prime)]
    if not symbols:
        raise ValueError(f"not an odd prime: {prime!r}")
    return [[symbols[(i - j) % prime] for j in range(prime)] for i in range(prime)]
