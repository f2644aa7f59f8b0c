from collections.abc import Sequence

from quantile import quantile


def winsorise(values: Sequence[float], share: float) -> list[float]:
    """Return `values` with the lowest and highest `share` pulled in to the quantiles there."""
    if not 0 <= share <= 0.5:
        raise ValueError(f"share must lie between 0 and 0.5: {share!r}")
    low = quantile(values, share)
    high = quantile(values, 1 - share)
    return [float(min(max(value, low), high)) for value in values]
