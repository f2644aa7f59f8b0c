from collections.abc import Sequence

Point = tuple[float, float]


def smooth_path(points: Sequence[Point]) -> str:
    """Return path data for the Catmull-Rom curve through the points."""
    if len(points) < 2:
        raise ValueError(f"a curve needs at least two points, not {len(points)}")
    around = [points[0], *points, points[-1]]
    pieces = [f"M {_place(points[0])}"]
    for before, here, there, after in zip(around, around[1:], around[2:], around[3:], strict=False):
        leave, arrive = _step(here, before, there, 1 / 6), _step(there, here, after, -1 / 6)
        pieces.append(f"C {_place(leave)}, {_place(arrive)}, {_place(there)}")
    return " ".join(pieces)


def _step(point: Point, start: Point, end: Point, share: float) -> Point:
    (x, y), (x1, y1), (x2, y2) = point, start, end
    return x + (x2 - x1) * share, y + (y2 - y1) * share


def _place(point: Point) -> str:
    return f"{point[0]:.2f} {point[1]:.2f}"
