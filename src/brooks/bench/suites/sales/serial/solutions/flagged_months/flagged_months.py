from fractions import Fraction
from typing import Any

from trend_months import trend_months


def flagged_months(text: str, window: int = 3, limit: int | Fraction = 2) -> list[dict[str, Any]]:
    """Return the months with what was to be expected, and whether they are far from it."""
    if limit <= 0:
        raise ValueError(f"limit must be above 0: {limit!r}")
    months = trend_months(text, window)
    expected = [month["trend"] * month["season"] for month in months]
    gaps = [abs(month["revenue"] - mean) for month, mean in zip(months, expected, strict=True)]
    return [
        {**month, "expected": mean, "flag": gap * len(months) > limit * sum(gaps)}
        for month, mean, gap in zip(months, expected, gaps, strict=True)
    ]
