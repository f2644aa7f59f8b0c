from collections.abc import Sequence
from typing import Any

from month_number import month_number


def customer_months(sales: Sequence[dict[str, Any]]) -> dict[str, list[int]]:
    """Return the different months, ascending, in which each customer bought something."""
    months: dict[str, set[int]] = {}
    for sale in sales:
        if not sale.get("customer"):
            raise ValueError(f"a sale without a customer: {sale!r}")
        months.setdefault(sale["customer"], set()).add(month_number(sale["date"]))
    return {customer: sorted(numbers) for customer, numbers in months.items()}
