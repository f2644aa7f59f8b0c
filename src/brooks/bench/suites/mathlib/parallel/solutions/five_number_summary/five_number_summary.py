from collections.abc import Sequence

from quantile import quantile

SHARES = {
    "minimum": 0.0,
    "lower_quartile": 0.25,
    "median": 0.5,
    "upper_quartile": 0.75,
    "maximum": 1.0,
}


def five_number_summary(values: Sequence[float]) -> dict[str, float]:
    """Return the minimum, the three quartiles and the maximum of `values`."""
    return {name: quantile(values, share) for name, share in SHARES.items()}
