from collections.abc import Sequence
from fractions import Fraction
from math import comb

from central_moments import central_moments


def cumulants(values: Sequence[int | Fraction], order: int) -> list[Fraction]:
    """Return the cumulants 1 ... `order` of `values`; the first is the mean."""
    moments = central_moments(values, order)
    found = [Fraction(0)]
    for n in range(2, order + 1):
        known = (comb(n - 1, m - 1) * found[m - 1] * moments[n - m] for m in range(1, n))
        found.append(moments[n] - sum(known))
    found[0] = Fraction(sum(values)) / len(values)
    return found
