from collections.abc import Sequence
from math import cos, radians, sin


def rotate_points(
    points: Sequence[tuple[float, float]], degrees: float, cx: float = 0.0, cy: float = 0.0
) -> list[tuple[float, float]]:
    """Return the points turned clockwise around a centre, as `rotate(degrees cx cy)` does."""
    along, across = cos(radians(degrees)), sin(radians(degrees))
    return [
        (
            cx + (x - cx) * along - (y - cy) * across,
            cy + (x - cx) * across + (y - cy) * along,
        )
        for x, y in points
    ]
