from collections.abc import Sequence
from typing import Any


def baskets_of(sales: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
    """Return the different products of each order, sorted."""
    baskets: dict[str, set[str]] = {}
    for sale in sales:
        order, product = sale.get("order"), sale.get("product")
        if order in (None, "") or product in (None, ""):
            raise ValueError(f"a sale needs an order and a product: {sale!r}")
        baskets.setdefault(str(order), set()).add(str(product))
    return {order: sorted(products) for order, products in baskets.items()}
