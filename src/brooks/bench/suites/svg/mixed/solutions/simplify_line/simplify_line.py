from collections.abc import Sequence
from math import hypot

Point = tuple[float, float]


def simplify_line(points: Sequence[Point], tolerance: float) -> list[Point]:
    """Return the points that are needed to stay within a tolerance of the line."""
    if tolerance < 0:
        raise ValueError(f"the tolerance cannot be below 0: {tolerance!r}")
    kept = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        start, end = spans.pop()
        between = range(start + 1, end)
        if not between:
            continue
        distances = [_distance(points[place], points[start], points[end]) for place in between]
        farthest = max(distances)
        if farthest > tolerance:
            place = between[distances.index(farthest)]
            kept.add(place)
            spans += [(start, place), (place, end)]
    return [point for place, point in enumerate(points) if place in kept]


def _distance(point: Point, start: Point, end: Point) -> float:
    (x, y), (x1, y1), (x2, y2) = point, start, end
    dx, dy = x2 - x1, y2 - y1
    square = dx * dx + dy * dy
    along = ((x - x1) * dx + (y - y1) * dy) / square if square else 0.0
    share = min(max(along, 0.0), 1.0)
    return hypot(x - x1 - share * dx, y - y1 - share * dy)
