from collections.abc import Sequence
from fractions import Fraction

from elementary_symmetric import elementary_symmetric


def power_sums(values: Sequence[int | Fraction], order: int) -> list[Fraction]:
    """Return the sums of the first, second, ... `order`-th powers, by Newton's identities."""
    if order < 1:
        raise ValueError(f"order must be at least 1: {order!r}")
    elementary = elementary_symmetric(values) + [Fraction(0)] * order
    sums: list[Fraction] = []
    for k in range(1, order + 1):
        total = (-1) ** (k - 1) * k * elementary[k]
        for i in range(1, k):
            total += (-1) ** (i - 1) * elementary[i] * sums[k - i - 1]
        sums.append(total)
    return sums
