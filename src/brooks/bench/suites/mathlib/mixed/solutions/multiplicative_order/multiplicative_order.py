from math import gcd

from totient import totient


def multiplicative_order(base: int, modulus: int) -> int:
    """Return the smallest positive exponent that takes `base` to 1 modulo `modulus`."""
    if modulus < 1:
        raise ValueError(f"modulus must be positive: {modulus!r}")
    if gcd(base, modulus) != 1:
        raise ValueError(f"{base!r} and {modulus!r} share a factor, so no power is 1")
    size = totient(modulus)
    divisors = (k for k in range(1, size + 1) if size % k == 0)
    return next(k for k in divisors if pow(base, k, modulus) == 1 % modulus)
