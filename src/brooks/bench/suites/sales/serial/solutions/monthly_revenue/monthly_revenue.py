from typing import Any

from enrich_sales import enrich_sales


def monthly_revenue(text: str) -> list[dict[str, Any]]:
    """Return the revenue in cents of every month from the first sale to the last."""
    totals: dict[int, int] = {}
    for sale in enrich_sales(text):
        number = int(sale["month"][:4]) * 12 + int(sale["month"][5:]) - 1
        totals[number] = totals.get(number, 0) + sale["revenue"]
    if not totals:
        return []
    return [
        {"month": f"{number // 12:04}-{number % 12 + 1:02}", "revenue": totals.get(number, 0)}
        for number in range(min(totals), max(totals) + 1)
    ]
