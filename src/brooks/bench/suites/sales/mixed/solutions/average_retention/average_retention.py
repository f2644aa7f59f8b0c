from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from retention_table import retention_table


def average_retention(sales: Sequence[dict[str, Any]]) -> list[Fraction]:
    """Return the mean retention of all cohorts old enough, for 0, 1, 2, ... months."""
    cohorts = list(retention_table(sales).values())
    averages: list[Fraction] = []
    for offset in range(max(map(len, cohorts), default=0)):
        shares = [cohort[offset] for cohort in cohorts if offset < len(cohort)]
        averages.append(sum(shares, Fraction(0)) / len(shares))
    return averages
