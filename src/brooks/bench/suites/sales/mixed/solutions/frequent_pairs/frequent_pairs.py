from collections import Counter
from collections.abc import Sequence
from itertools import combinations


def frequent_pairs(
    baskets: Sequence[Sequence[str]], minimum: int
) -> list[tuple[tuple[str, str], int]]:
    """Return the pairs of products that at least `minimum` baskets hold, most frequent first."""
    if minimum < 1:
        raise ValueError(f"minimum must be at least 1: {minimum!r}")
    counts: Counter[tuple[str, str]] = Counter()
    for basket in baskets:
        counts.update(combinations(sorted(set(basket)), 2))
    found = [(pair, count) for pair, count in counts.items() if count >= minimum]
    return sorted(found, key=lambda item: (-item[1], item[0]))
