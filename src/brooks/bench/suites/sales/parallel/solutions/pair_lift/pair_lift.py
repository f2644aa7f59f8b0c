from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from baskets_of import baskets_of


def pair_lift(sales: Sequence[dict[str, Any]], first: str, second: str) -> Fraction:
    """Return how many times more often two products meet in a basket than by chance."""
    if first == second:
        raise ValueError(f"a product does not pair with itself: {first!r}")
    baskets = list(baskets_of(sales).values())
    with_first = sum(first in basket for basket in baskets)
    with_second = sum(second in basket for basket in baskets)
    if not with_first or not with_second:
        raise ValueError(f"{first!r} and {second!r} must both have been sold")
    with_both = sum(first in basket and second in basket for basket in baskets)
    return Fraction(with_both * len(baskets), with_first * with_second)
