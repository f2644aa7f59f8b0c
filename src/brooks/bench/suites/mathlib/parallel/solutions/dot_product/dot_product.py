from collections.abc import Sequence
from fractions import Fraction


def dot_product(
    first: Sequence[int | Fraction], second: Sequence[int | Fraction]
) -> int | Fraction:
    """Return the sum of the products of the entries at equal positions."""
    if len(first) != len(second):
        raise ValueError(f"vectors of different lengths: {len(first)} and {len(second)}")
    return sum(x * y for x, y in zip(first, second, strict=True))
