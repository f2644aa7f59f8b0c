from collections.abc import Sequence
from fractions import Fraction
from math import comb

from power_sums import power_sums


def central_moments(values: Sequence[int | Fraction], order: int) -> list[Fraction]:
    """Return the mean powers 0, 1, ... `order` of the distances from the mean."""
    if not values:
        raise ValueError("no values to take moments of")
    raw = [Fraction(1), *(total / len(values) for total in power_sums(values, order))]
    mean = raw[1]
    return [
        sum((comb(k, i) * raw[i] * (-mean) ** (k - i) for i in range(k + 1)), Fraction(0))
        for k in range(order + 1)
    ]
