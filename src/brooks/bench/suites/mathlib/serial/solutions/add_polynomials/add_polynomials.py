from collections.abc import Sequence
from fractions import Fraction
from itertools import zip_longest

from trim_polynomial import trim_polynomial


def add_polynomials(
    first: Sequence[int | Fraction], second: Sequence[int | Fraction]
) -> list[Fraction]:
    """Return the sum of two polynomials, trimmed; the constant terms come first."""
    return trim_polynomial([x + y for x, y in zip_longest(first, second, fillvalue=0)])
