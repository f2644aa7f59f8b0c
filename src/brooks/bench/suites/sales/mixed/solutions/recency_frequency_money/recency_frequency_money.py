import datetime
from collections.abc import Sequence
from typing import Any


def recency_frequency_money(
    sales: Sequence[dict[str, Any]], today: str
) -> dict[str, tuple[int, int, int]]:
    """Return each customer's days since the last purchase, days with one, and revenue."""
    now = _read_day(today)
    ages: dict[str, set[int]] = {}
    money: dict[str, int] = {}
    for sale in sales:
        age = (now - _read_day(sale["date"])).days
        if age < 0:
            raise ValueError(f"a sale after today, {today!r}: {sale!r}")
        customer = sale["customer"]
        ages.setdefault(customer, set()).add(age)
        money[customer] = money.get(customer, 0) + sale["revenue"]
    return {name: (min(ages[name]), len(ages[name]), money[name]) for name in sorted(ages)}


def _read_day(text: str) -> datetime.date:
    day = datetime.date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError(f"not spelled YYYY-MM-DD: {text!r}")
    return day
