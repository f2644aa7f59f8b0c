from collections.abc import Sequence
from fractions import Fraction

from outlier_positions import outlier_positions


def drop_outliers(
    values: Sequence[int | Fraction], factor: int | Fraction = 3
) -> list[int | Fraction]:
    """Return `values` after dropping outliers again and again until none is left."""
    kept = list(values)
    while positions := outlier_positions(kept, factor):
        kept = [value for i, value in enumerate(kept) if i not in positions]
    return kept
