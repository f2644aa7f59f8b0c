from fractions import Fraction
from typing import Any

from flagged_months import flagged_months


def forecast_months(text: str, count: int, window: int = 3) -> list[dict[str, Any]]:
    """Return the known months and what is to be expected of the next `count`."""
    if count < 0:
        raise ValueError(f"count must not be negative: {count!r}")
    known = flagged_months(text, window)
    if not known:
        return []
    seasons = {month["month"][5:]: month["season"] for month in known}
    trend = known[-1]["trend"]
    step = trend - known[-2]["trend"] if len(known) > 1 else Fraction(0)
    months = list(known)
    for number in range(1, count + 1):
        name = _next_month(months[-1]["month"])
        expected = (trend + number * step) * seasons.get(name[5:], 1)
        expected = max(Fraction(0), expected)
        months.append({"month": name, "revenue": None, "expected": expected, "flag": False})
    return months


def _next_month(name: str) -> str:
    year, month = int(name[:4]), int(name[5:])
    return f"{year + 1:04}-01" if month == 12 else f"{year:04}-{month + 1:02}"
