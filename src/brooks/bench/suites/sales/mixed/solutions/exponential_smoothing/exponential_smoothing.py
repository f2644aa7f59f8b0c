from collections.abc import Sequence
from fractions import Fraction


def exponential_smoothing(
    values: Sequence[int | Fraction], weight: int | Fraction
) -> list[Fraction]:
    """Return the series in which older values fade by 1 - weight a step."""
    if not 0 < weight <= 1:
        raise ValueError(f"weight must be above 0 and at most 1: {weight!r}")
    smoothed: list[Fraction] = []
    for value in values:
        before = smoothed[-1] if smoothed else value
        smoothed.append(Fraction(weight * value + (1 - weight) * before))
    return smoothed
