from fractions import Fraction
from typing import Any

from monthly_revenue import monthly_revenue


def month_changes(text: str) -> list[dict[str, Any]]:
    """Return each month's revenue and by which share it rose from the month before."""
    changed: list[dict[str, Any]] = []
    before = 0
    for month in monthly_revenue(text):
        revenue = month["revenue"]
        change = Fraction(revenue - before, before) if before else None
        changed.append({**month, "change": change})
        before = revenue
    return changed
