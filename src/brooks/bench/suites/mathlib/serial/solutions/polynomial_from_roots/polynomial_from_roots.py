from collections.abc import Sequence
from fractions import Fraction

from multiply_polynomials import multiply_polynomials


def polynomial_from_roots(roots: Sequence[int | Fraction]) -> list[Fraction]:
    """Return the polynomial with leading coefficient 1 and exactly these roots."""
    polynomial = [Fraction(1)]
    for root in roots:
        polynomial = multiply_polynomials(polynomial, [-root, 1])
    return polynomial
