from collections.abc import Sequence
from fractions import Fraction


def find_spikes(values: Sequence[int], window: int, factor: int | Fraction) -> list[int]:
    """Return the positions of values above `factor` times the mean of the window before them."""
    if window < 1 or factor <= 0:
        raise ValueError(f"window and factor must be positive: {window!r}, {factor!r}")
    return [
        place
        for place in range(window, len(values))
        if values[place] * window > factor * sum(values[place - window : place])
    ]
