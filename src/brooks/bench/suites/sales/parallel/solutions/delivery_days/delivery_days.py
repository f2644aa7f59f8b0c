from datetime import date
from typing import Any

from iso_date import iso_date


def delivery_days(order: dict[str, Any]) -> int | None:
    """Return the days from order to delivery, or None if it has not arrived yet."""
    if not order.get("delivered"):
        return None
    ordered = date.fromisoformat(iso_date(order["ordered"]))
    delivered = date.fromisoformat(iso_date(order["delivered"]))
    if delivered < ordered:
        raise ValueError(f"delivered before it was ordered: {order!r}")
    return (delivered - ordered).days
