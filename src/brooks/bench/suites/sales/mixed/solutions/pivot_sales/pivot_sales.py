from collections.abc import Sequence
from typing import Any


def pivot_sales(
    sales: Sequence[dict[str, Any]], row: str, column: str
) -> dict[str, dict[str, int]]:
    """Return the revenue for each value of `row` and of `column`, 0 where nothing was sold."""
    if row == column:
        raise ValueError(f"rows and columns need different keys: {row!r}")
    for sale in sales:
        if row not in sale or column not in sale:
            raise ValueError(f"a sale needs the keys {row!r} and {column!r}: {sale!r}")
    rows = sorted({sale[row] for sale in sales})
    columns = sorted({sale[column] for sale in sales})
    table = {name: dict.fromkeys(columns, 0) for name in rows}
    for sale in sales:
        table[sale[row]][sale[column]] += sale["revenue"]
    return table
