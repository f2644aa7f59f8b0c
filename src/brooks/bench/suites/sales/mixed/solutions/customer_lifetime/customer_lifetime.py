from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from churn_rates import churn_rates


def customer_lifetime(sales: Sequence[dict[str, Any]]) -> Fraction | None:
    """Return how many months a customer stays on average, or None if that cannot be said."""
    known = [rate for rate in churn_rates(sales) if rate is not None]
    total = sum(known, Fraction(0))
    return len(known) / total if total > 0 else None
