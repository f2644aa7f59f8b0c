from fractions import Fraction
from typing import Any

from adjusted_months import adjusted_months


def trend_months(text: str, window: int = 3) -> list[dict[str, Any]]:
    """Return the months with the straight line through the adjusted revenue of all of them."""
    months = adjusted_months(text, window)
    if not months:
        return []
    middle = Fraction(len(months) - 1, 2)
    mean = sum((month["adjusted"] for month in months), Fraction(0)) / len(months)
    together = sum(
        (place - middle) * (month["adjusted"] - mean) for place, month in enumerate(months)
    )
    spread = sum((place - middle) ** 2 for place in range(len(months)))
    slope = together / spread if spread else Fraction(0)
    return [
        {**month, "trend": mean + slope * (place - middle)} for place, month in enumerate(months)
    ]
