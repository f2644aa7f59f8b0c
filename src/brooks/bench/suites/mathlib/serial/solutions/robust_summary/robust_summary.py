from collections.abc import Sequence
from fractions import Fraction

from drop_outliers import drop_outliers


def robust_summary(
    values: Sequence[int | Fraction], factor: int | Fraction = 3
) -> dict[str, int | Fraction]:
    """Return a summary of `values` that a few wild ones cannot spoil."""
    kept = drop_outliers(values, factor)
    return {
        "count": len(kept),
        "dropped": len(values) - len(kept),
        "lowest": min(kept),
        "highest": max(kept),
        "mean": Fraction(sum(kept)) / len(kept),
    }
