from collections.abc import Sequence
from typing import Any

from median_of import median_of


def outlier_sales(
    sales: Sequence[dict[str, Any]], field: str, factor: int = 5
) -> list[dict[str, Any]]:
    """Return the sales whose `field` is more than `factor` usual distances from the median."""
    if factor < 1:
        raise ValueError(f"factor must be at least 1: {factor!r}")
    if not sales:
        return []
    middle = median_of([sale[field] for sale in sales])
    distances = [abs(sale[field] - middle) for sale in sales]
    usual = median_of(distances)
    if usual == 0:
        return []
    pairs = zip(sales, distances, strict=True)
    return [sale for sale, distance in pairs if distance > factor * usual]
