from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from cohort_activity import cohort_activity


def retention_table(sales: Sequence[dict[str, Any]]) -> dict[int, list[Fraction]]:
    """Return which share of each cohort bought 0, 1, 2, ... months after they began."""
    return {
        cohort: [Fraction(count, counts[0]) for count in counts]
        for cohort, counts in cohort_activity(sales).items()
    }
