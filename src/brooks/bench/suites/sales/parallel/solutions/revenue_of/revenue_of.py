from typing import Any


def revenue_of(sale: dict[str, Any]) -> int:
    """Return what one sale brought in cents, after its discount in percent."""
    units, price, discount = sale["units"], sale["price"], sale.get("discount", 0)
    if units < 0 or price < 0:
        raise ValueError(f"units and price must not be negative: {sale!r}")
    if not 0 <= discount <= 100:
        raise ValueError(f"the discount must be from 0 to 100 percent: {sale!r}")
    return int((units * price * (100 - discount) + 50) // 100)
