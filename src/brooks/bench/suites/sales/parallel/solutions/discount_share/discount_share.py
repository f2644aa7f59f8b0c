from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from revenue_of import revenue_of


def discount_share(sales: Sequence[dict[str, Any]]) -> Fraction:
    """Return the share of the gross revenue that discounts gave away."""
    gross = sum(sale["units"] * sale["price"] for sale in sales)
    net = sum(revenue_of(sale) for sale in sales)
    return 1 - Fraction(net, gross) if gross else Fraction(0)
