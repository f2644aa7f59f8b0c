from binomial import binomial
from digits_in_base import digits_in_base


def lucas_binomial(n: int, k: int, prime: int) -> int:
    """Return the binomial coefficient of `n` over `k` modulo `prime`, digit by digit."""
    if n < 0 or k < 0 or prime < 2:
        raise ValueError(f"need n >= 0, k >= 0 and a prime: {n!r}, {k!r}, {prime!r}")
    if k > n:
        return 0
    upper = digits_in_base(n, prime)
    lower = digits_in_base(k, prime)
    lower = [0] * (len(upper) - len(lower)) + lower
    remainder = 1
    for top, bottom in zip(upper, lower, strict=True):
        remainder = remainder * binomial(top, bottom) % prime
    return remainder
