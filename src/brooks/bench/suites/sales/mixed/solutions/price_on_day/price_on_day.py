import datetime
from collections.abc import Sequence
from typing import Any


def price_on_day(prices: Sequence[dict[str, Any]], product: str, day: str) -> int | None:
    """Return the price in cents that holds for a product on a day, None if there is none."""
    if datetime.date.fromisoformat(day).isoformat() != day:
        raise ValueError(f"not spelled YYYY-MM-DD: {day!r}")
    begun = [record for record in prices if record["product"] == product and record["since"] <= day]
    latest = max(reversed(begun), key=lambda record: record["since"], default=None)
    return latest["price"] if latest else None
