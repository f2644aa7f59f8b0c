from collections.abc import Sequence
from typing import Any

from group_by import group_by


def latest_sales(sales: Sequence[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """Return the latest sale of each value of `key`; of several on that day the last."""
    for sale in sales:
        if not sale.get("date"):
            raise ValueError(f"a sale without a date is neither late nor early: {sale!r}")
    groups = group_by(sales, key).values()
    return [max(reversed(group), key=lambda sale: sale["date"]) for group in groups]
