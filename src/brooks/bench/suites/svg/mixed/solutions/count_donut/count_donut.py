from collections import Counter
from collections.abc import Iterable

from tinted_donut import tinted_donut

REST = "other"


def count_donut(title: str, items: Iterable[str], slices: int = 5) -> str:
    """Return a donut chart of how often each item occurs, the rare ones added up."""
    if slices < 2:
        raise ValueError(f"at least two slices are needed, not {slices!r}")
    counts = Counter(items)
    order = sorted(counts, key=lambda item: (-counts[item], item))
    if len(order) <= slices:
        return tinted_donut(title, {item: counts[item] for item in order})
    kept = [item for item in order if item != REST][: slices - 1]
    values = {item: counts[item] for item in kept}
    return tinted_donut(title, {**values, REST: counts.total() - sum(values.values())})
