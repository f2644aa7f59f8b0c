from collections.abc import Sequence
from fractions import Fraction


def concentration_index(revenues: Sequence[int]) -> Fraction:
    """Return the sum of the squared shares of the whole revenue: 1 if all is from one customer."""
    total = sum(revenues)
    if total == 0 or min(revenues) < 0:
        raise ValueError(f"revenues must not be negative, nor all zero: {revenues!r}")
    return Fraction(sum(revenue**2 for revenue in revenues), total**2)
