from math import gcd

from multiplicative_order import multiplicative_order


def primitive_root(prime: int) -> int:
    """Return the smallest number whose powers reach every remainder but 0 modulo `prime`."""
    for candidate in range(1, prime):
        if gcd(candidate, prime) != 1:
            break
        if multiplicative_order(candidate, prime) == prime - 1:
            return candidate
    raise ValueError(f"not a prime: {prime!r}")
