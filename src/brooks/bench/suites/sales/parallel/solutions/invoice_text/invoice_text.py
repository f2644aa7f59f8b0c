from collections.abc import Sequence
from typing import Any

from format_cents import format_cents


def invoice_text(lines: Sequence[dict[str, Any]], currency: str = "") -> str:
    """Return an invoice with aligned columns and the total in its last row."""
    if not lines:
        raise ValueError("an invoice needs at least one line")
    for line in lines:
        if line["units"] < 1:
            raise ValueError(f"an invoice line needs at least one unit: {line!r}")
    amounts = [line["units"] * line["price"] for line in lines]
    left = [f"{line['units']} x {line['product']}" for line in lines] + ["Total"]
    right = [format_cents(amount, currency) for amount in [*amounts, sum(amounts)]]
    left_width, right_width = max(map(len, left)), max(map(len, right))
    rows = zip(left, right, strict=True)
    return "\n".join(f"{name:<{left_width}}  {amount:>{right_width}}" for name, amount in rows)
