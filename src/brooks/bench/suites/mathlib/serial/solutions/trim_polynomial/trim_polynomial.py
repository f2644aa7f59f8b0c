from collections.abc import Sequence
from fractions import Fraction


def trim_polynomial(coefficients: Sequence[int | Fraction]) -> list[Fraction]:
    """Return the coefficients as fractions, without zeros at the top; the constant comes first."""
    trimmed = [Fraction(coefficient) for coefficient in coefficients]
    while trimmed and trimmed[-1] == 0:
        trimmed.pop()
    return trimmed
