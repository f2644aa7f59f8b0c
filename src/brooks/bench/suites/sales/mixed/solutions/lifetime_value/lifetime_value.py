from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from customer_lifetime import customer_lifetime


def lifetime_value(sales: Sequence[dict[str, Any]]) -> Fraction | None:
    """Return what a customer brings in all the time they stay, in cents."""
    lifetime = customer_lifetime(sales)
    if lifetime is None:
        return None
    active = {(sale["customer"], sale["date"][:7]) for sale in sales}
    return lifetime * Fraction(sum(sale["revenue"] for sale in sales), len(active))
