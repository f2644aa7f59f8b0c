from collections.abc import Iterable, Sequence

Point = tuple[int, int]


def convex_hull(points: Sequence[Point]) -> list[Point]:
    """Return the corners of the smallest convex polygon around `points`, counterclockwise."""
    if not points:
        raise ValueError("no points to put a hull around")
    ordered = sorted(set(points))
    if len(ordered) == 1:
        return ordered
    return _left_turns(ordered)[:-1] + _left_turns(reversed(ordered))[:-1]


def _left_turns(points: Iterable[Point]) -> list[Point]:
    chain: list[Point] = []
    for x, y in points:
        while len(chain) > 1:
            (x1, y1), (x2, y2) = chain[-2:]
            if (x2 - x1) * (y - y1) > (y2 - y1) * (x - x1):
                break
            chain.pop()
        chain.append((x, y))
    return chain
