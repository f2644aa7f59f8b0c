from collections.abc import Sequence
from typing import Any

from revenue_of import revenue_of


def top_products(sales: Sequence[dict[str, Any]], count: int) -> list[tuple[str, int]]:
    """Return the `count` products with the most revenue, each with its revenue in cents."""
    if count < 1:
        raise ValueError(f"count must be at least 1: {count!r}")
    totals: dict[str, int] = {}
    for sale in sales:
        totals[sale["product"]] = totals.get(sale["product"], 0) + revenue_of(sale)
    return sorted(totals.items(), key=lambda item: (-item[1], item[0]))[:count]
