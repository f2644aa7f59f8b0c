from collections.abc import Iterable


def bounding_box(points: Iterable[tuple[float, float]]) -> tuple[float, float, float, float]:
    """Return the smallest upright box around the points as x, y, width and height."""
    places = list(points)
    if not places:
        raise ValueError("no points to put a box around")
    xs, ys = [x for x, _ in places], [y for _, y in places]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
