from collections.abc import Sequence
from typing import Any

from customer_offsets import customer_offsets


def cohort_members(sales: Sequence[dict[str, Any]]) -> dict[int, dict[str, list[int]]]:
    """Return the customers who first bought in each month, with their offsets in months."""
    cohorts: dict[int, dict[str, list[int]]] = {}
    for customer, found in customer_offsets(sales).items():
        cohorts.setdefault(found["cohort"], {})[customer] = found["offsets"]
    return dict(sorted(cohorts.items()))
