from collections.abc import Sequence
from fractions import Fraction

from cumulants import cumulants


def shape_coefficients(values: Sequence[int | Fraction]) -> dict[str, float]:
    """Return how lopsided and how heavy-tailed `values` are, both 0 for a normal distribution."""
    _, variance, third, fourth = cumulants(values, 4)
    if variance == 0:
        raise ValueError(f"values without spread have no shape: {values!r}")
    return {
        "skewness": float(third) / float(variance) ** 1.5,
        "excess_kurtosis": float(fourth / variance**2),
    }
