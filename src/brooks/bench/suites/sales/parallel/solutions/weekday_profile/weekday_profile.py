from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from weekday_of import weekday_of


def weekday_profile(sales: Sequence[dict[str, Any]]) -> list[Fraction]:
    """Return the average units of a selling day for each day of the week, Monday first."""
    units = [0] * 7
    dates: list[set[str]] = [set() for _ in range(7)]
    for sale in sales:
        weekday = weekday_of(sale["date"])
        units[weekday] += sale["units"]
        dates[weekday].add(sale["date"])
    return [Fraction(units[day], len(dates[day]) or 1) for day in range(7)]
