from collections.abc import Sequence
from typing import Any

from customer_months import customer_months


def customer_offsets(sales: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return each customer's first month and how many months after it they bought again."""
    return {
        customer: {"cohort": months[0], "offsets": [month - months[0] for month in months]}
        for customer, months in customer_months(sales).items()
    }
