from math import isqrt

from prime_sieve import prime_sieve


def factorise(number: int) -> dict[int, int]:
    """Return the prime factors of `number`, ascending, each with its exponent."""
    if number < 1:
        raise ValueError(f"number must be positive: {number!r}")
    exponents: dict[int, int] = {}
    rest = number
    for prime in prime_sieve(isqrt(number)):
        while rest % prime == 0:
            exponents[prime] = exponents.get(prime, 0) + 1
            rest //= prime
    if rest > 1:
        exponents[rest] = 1
    return exponents
