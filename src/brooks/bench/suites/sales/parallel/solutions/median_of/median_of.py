from collections.abc import Sequence
from fractions import Fraction


def median_of(values: Sequence[int | Fraction]) -> Fraction:
    """Return the middle one of the values, or half the sum of the two middle ones."""
    if not values:
        raise ValueError("no values to find the middle of")
    ordered = sorted(values)
    middle = len(ordered) // 2
    return Fraction(ordered[middle] + ordered[-middle - 1]) / 2
