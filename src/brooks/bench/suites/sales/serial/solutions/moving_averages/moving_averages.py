from fractions import Fraction
from typing import Any

from month_changes import month_changes


def moving_averages(text: str, window: int = 3) -> list[dict[str, Any]]:
    """Return the months with the mean revenue of the `window` months that end in each."""
    if window < 1:
        raise ValueError(f"window must be at least 1: {window!r}")
    months = month_changes(text)
    for number, month in enumerate(months):
        part = [other["revenue"] for other in months[max(0, number - window + 1) : number + 1]]
        month["average"] = Fraction(sum(part), window) if len(part) == window else None
    return months
