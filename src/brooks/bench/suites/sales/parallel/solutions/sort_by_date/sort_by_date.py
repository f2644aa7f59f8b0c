from collections.abc import Sequence
from typing import Any

from iso_date import iso_date


def sort_by_date(
    sales: Sequence[dict[str, Any]], newest_first: bool = False
) -> list[dict[str, Any]]:
    """Return the sales in order of time, with every date spelled YYYY-MM-DD."""
    dated = [{**sale, "date": iso_date(sale["date"])} for sale in sales]
    return sorted(dated, key=lambda sale: sale["date"], reverse=newest_first)
