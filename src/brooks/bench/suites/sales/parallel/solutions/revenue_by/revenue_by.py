from collections.abc import Sequence
from typing import Any

from group_by import group_by
from revenue_of import revenue_of


def revenue_by(sales: Sequence[dict[str, Any]], key: str) -> dict[Any, int]:
    """Return the revenue in cents of each value of `key`, largest first."""
    totals = {
        value: sum(revenue_of(sale) for sale in group)
        for value, group in group_by(sales, key).items()
    }
    return dict(sorted(totals.items(), key=lambda item: -item[1]))
