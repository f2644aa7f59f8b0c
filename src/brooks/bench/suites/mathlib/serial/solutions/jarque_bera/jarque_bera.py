from collections.abc import Sequence
from fractions import Fraction

from shape_coefficients import shape_coefficients


def jarque_bera(values: Sequence[int | Fraction]) -> float:
    """Return how far the shape of `values` is from normal; 0 means no difference."""
    shape = shape_coefficients(values)
    return len(values) / 6 * (shape["skewness"] ** 2 + shape["excess_kurtosis"] ** 2 / 4)
