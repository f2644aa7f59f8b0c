from math import isqrt


def prime_sieve(limit: int) -> list[int]:
    """Return the primes up to and including `limit`, in ascending order."""
    if limit < 2:
        return []
    is_prime = [False, False] + [True] * (limit - 1)
    for candidate in range(2, isqrt(limit) + 1):
        if is_prime[candidate]:
            for multiple in range(candidate * candidate, limit + 1, candidate):
                is_prime[multiple] = False
    return [number for number, prime in enumerate(is_prime) if prime]
