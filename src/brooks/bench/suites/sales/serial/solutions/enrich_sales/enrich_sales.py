from typing import Any

from unique_sales import unique_sales


def enrich_sales(text: str) -> list[dict[str, Any]]:
    """Return the sales with their revenue in cents and their month."""
    return [
        {**sale, "revenue": sale["units"] * sale["price"], "month": sale["date"][:7]}
        for sale in unique_sales(text)
    ]
