from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from group_by import group_by
from median_of import median_of


def median_prices(sales: Sequence[dict[str, Any]], key: str) -> dict[Any, Fraction]:
    """Return the median price in cents of each value of `key`."""
    medians: dict[Any, Fraction] = {}
    for value, group in group_by(sales, key).items():
        prices = [sale["price"] for sale in group if sale.get("price") is not None]
        if prices:
            medians[value] = median_of(prices)
    return medians
