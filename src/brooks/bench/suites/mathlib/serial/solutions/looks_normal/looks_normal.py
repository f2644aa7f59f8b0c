from collections.abc import Sequence
from fractions import Fraction

from jarque_bera import jarque_bera


def looks_normal(values: Sequence[int | Fraction], critical: float = 5.99) -> bool:
    """Return whether the shape of `values` speaks against a normal distribution too weakly."""
    if critical <= 0:
        raise ValueError(f"critical must be positive: {critical!r}")
    return jarque_bera(values) <= critical
