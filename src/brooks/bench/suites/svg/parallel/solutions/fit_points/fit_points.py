from collections.abc import Sequence

from bounding_box import bounding_box


def fit_points(
    points: Sequence[tuple[float, float]], width: float, height: float, margin: float = 0.0
) -> list[tuple[float, float]]:
    """Return the points scaled into the middle of a frame, keeping their proportions."""
    room_x, room_y = width - 2 * margin, height - 2 * margin
    if margin < 0 or not (room_x > 0 and room_y > 0):
        raise ValueError(f"no room in {width!r} by {height!r} with a margin of {margin!r}")
    x, y, wide, high = bounding_box(points)
    factors = [room / side for room, side in ((room_x, wide), (room_y, high)) if side]
    factor = min(factors, default=1.0)
    cx, cy = x + wide / 2, y + high / 2
    return [(width / 2 + (px - cx) * factor, height / 2 + (py - cy) * factor) for px, py in points]
