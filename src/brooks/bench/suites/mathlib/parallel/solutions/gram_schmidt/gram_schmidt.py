from collections.abc import Sequence
from fractions import Fraction

from dot_product import dot_product


def gram_schmidt(vectors: Sequence[Sequence[int | Fraction]]) -> list[list[Fraction]]:
    """Return perpendicular vectors that span the same space as `vectors`."""
    basis: list[list[Fraction]] = []
    for vector in vectors:
        rest = [Fraction(entry) for entry in vector]
        for earlier in basis:
            factor = Fraction(dot_product(vector, earlier)) / dot_product(earlier, earlier)
            rest = [x - factor * y for x, y in zip(rest, earlier, strict=True)]
        if any(rest):
            basis.append(rest)
    return basis
