from quadratic_residues import quadratic_residues


def legendre_symbol(number: int, prime: int) -> int:
    """Return 1 if `number` is a nonzero square modulo `prime`, -1 if it is no square, else 0."""
    if prime == 2:
        raise ValueError("the symbol is defined for odd primes, not for 2")
    residues = quadratic_residues(prime)
    remainder = number % prime
    if remainder == 0:
        return 0
    return 1 if remainder in residues else -1
