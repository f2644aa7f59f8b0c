from collections.abc import Sequence
from math import floor


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the sorted `values` lies, interpolated linearly."""
    if not values:
        raise ValueError("no values to take a quantile of")
    if not 0 <= share <= 1:
        raise ValueError(f"share must lie between 0 and 1: {share!r}")
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = floor(position)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (position - below) * (ordered[above] - ordered[below]))
