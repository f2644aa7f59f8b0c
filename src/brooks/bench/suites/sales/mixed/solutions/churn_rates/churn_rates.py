from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from average_retention import average_retention


def churn_rates(sales: Sequence[dict[str, Any]]) -> list[Fraction | None]:
    """Return which share of the customers still there left from each month to the next."""
    steps = pairwise(average_retention(sales))
    return [1 - later / earlier if earlier else None for earlier, later in steps]
