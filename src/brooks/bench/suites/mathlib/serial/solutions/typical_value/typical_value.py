from collections.abc import Sequence
from fractions import Fraction
from statistics import median

from looks_normal import looks_normal


def typical_value(values: Sequence[int | Fraction]) -> Fraction:
    """Return the mean of `values` if they look normal, and their median if not."""
    if not values:
        raise ValueError("no values to find a typical one of")
    exact = [Fraction(value) for value in values]
    if min(exact) == max(exact) or not looks_normal(exact):
        return median(exact)
    return sum(exact, Fraction(0)) / len(exact)
