import datetime
from collections.abc import Sequence
from typing import Any


def longest_streaks(sales: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Return how many days in a row each customer bought something at most."""
    days: dict[str, set[int]] = {}
    for sale in sales:
        day = datetime.date.fromisoformat(sale["date"])
        if day.isoformat() != sale["date"]:
            raise ValueError(f"not spelled YYYY-MM-DD: {sale!r}")
        days.setdefault(sale["customer"], set()).add(day.toordinal())
    return {customer: _longest_run(days[customer]) for customer in sorted(days)}


def _longest_run(numbers: set[int]) -> int:
    longest = length = 0
    for number in sorted(numbers):
        length = length + 1 if number - 1 in numbers else 1
        longest = max(longest, length)
    return longest
