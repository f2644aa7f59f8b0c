from collections.abc import Sequence
from fractions import Fraction

from evaluate_polynomial import evaluate_polynomial


def rational_roots(coefficients: Sequence[int]) -> list[Fraction]:
    """Return the different rational roots of an integer polynomial, in ascending order."""
    if not any(coefficients):
        raise ValueError("every number is a root of the zero polynomial")
    lowest = next(abs(c) for c in coefficients if c)
    highest = next(abs(c) for c in reversed(coefficients) if c)
    candidates = {Fraction(0)}
    for above in (d for d in range(1, lowest + 1) if lowest % d == 0):
        for below in (d for d in range(1, highest + 1) if highest % d == 0):
            candidates |= {Fraction(above, below), Fraction(-above, below)}
    return sorted(x for x in candidates if evaluate_polynomial(coefficients, x) == 0)
