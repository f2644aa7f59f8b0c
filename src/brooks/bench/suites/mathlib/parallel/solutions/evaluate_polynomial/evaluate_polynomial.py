from collections.abc import Sequence
from fractions import Fraction


def evaluate_polynomial(
    coefficients: Sequence[int | Fraction], x: int | Fraction
) -> int | Fraction:
    """Return the polynomial's value at `x`; the constant term comes first."""
    value: int | Fraction = 0
    for coefficient in reversed(coefficients):
        value = value * x + coefficient
    return value
