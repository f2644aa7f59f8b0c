from collections.abc import Sequence
from fractions import Fraction

from typical_value import typical_value


def absolute_deviations(values: Sequence[int | Fraction]) -> list[Fraction]:
    """Return how far each value lies from the typical one, in the order of `values`."""
    centre = typical_value(values)
    return [abs(value - centre) for value in values]
