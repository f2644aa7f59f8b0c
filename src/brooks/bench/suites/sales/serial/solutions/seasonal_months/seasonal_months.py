from fractions import Fraction
from typing import Any

from moving_averages import moving_averages


def seasonal_months(text: str, window: int = 3) -> list[dict[str, Any]]:
    """Return the months with the usual ratio of revenue to average in that month of the year."""
    months = moving_averages(text, window)
    ratios: dict[str, list[Fraction]] = {}
    for month in months:
        found = ratios.setdefault(month["month"][5:], [])
        if month["average"]:
            found.append(month["revenue"] / month["average"])
    for month in months:
        known = ratios[month["month"][5:]]
        month["season"] = sum(known, Fraction(0)) / len(known) if known else Fraction(1)
    return months
