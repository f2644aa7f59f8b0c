from fractions import Fraction
from typing import Any

from seasonal_months import seasonal_months


def adjusted_months(text: str, window: int = 3) -> list[dict[str, Any]]:
    """Return the months with the revenue they would have had in an average month of the year."""
    return [
        {**month, "adjusted": Fraction(month["revenue"]) / (month["season"] or 1)}
        for month in seasonal_months(text, window)
    ]
