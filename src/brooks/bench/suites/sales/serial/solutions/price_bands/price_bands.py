from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise


def price_bands(prices: Sequence[int], edges: Sequence[int]) -> list[int]:
    """Return how many prices lie in each of the bands between the edges."""
    if not edges or any(later <= edge for edge, later in pairwise(edges)):
        raise ValueError(f"edges must strictly ascend, and one is needed: {edges!r}")
    counts = [0] * (len(edges) + 1)
    for price in prices:
        counts[bisect_right(edges, price)] += 1
    return counts
