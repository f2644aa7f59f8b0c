from collections.abc import Sequence
from fractions import Fraction

from add_polynomials import add_polynomials


def multiply_polynomials(
    first: Sequence[int | Fraction], second: Sequence[int | Fraction]
) -> list[Fraction]:
    """Return the product of two polynomials, trimmed; the constant terms come first."""
    product: list[Fraction] = []
    for shift, factor in enumerate(second):
        product = add_polynomials(product, [0] * shift + [factor * x for x in first])
    return product
