from collections.abc import Sequence
from fractions import Fraction
from statistics import median

from absolute_deviations import absolute_deviations


def outlier_positions(values: Sequence[int | Fraction], factor: int | Fraction = 3) -> list[int]:
    """Return where the deviation exceeds `factor` times the median deviation."""
    if factor < 1:
        raise ValueError(f"factor must be at least 1: {factor!r}")
    deviations = absolute_deviations(values)
    usual = median(deviations)
    if usual == 0:
        return []
    return [i for i, deviation in enumerate(deviations) if deviation > factor * usual]
