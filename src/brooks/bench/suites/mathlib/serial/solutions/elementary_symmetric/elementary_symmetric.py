from collections.abc import Sequence
from fractions import Fraction

from polynomial_from_roots import polynomial_from_roots


def elementary_symmetric(values: Sequence[int | Fraction]) -> list[Fraction]:
    """Return, for k = 0 ... n, the sum of the products of every k of the n values."""
    highest_first = reversed(polynomial_from_roots(values))
    return [(-1) ** k * coefficient for k, coefficient in enumerate(highest_first)]
