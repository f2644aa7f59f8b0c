from collections.abc import Iterable

from bounding_box import bounding_box


def fit_view_box(points: Iterable[tuple[float, float]], padding: float = 0.05) -> str:
    """Return the view box that shows all points with a margin, and never has no area."""
    if padding < 0:
        raise ValueError(f"the padding cannot be below 0: {padding!r}")
    x, y, width, height = bounding_box(points)
    room = padding * max(width, height)
    left, wide = _widen(x - room, width + 2 * room)
    top, high = _widen(y - room, height + 2 * room)
    return f"{left:.2f} {top:.2f} {wide:.2f} {high:.2f}"


def _widen(start: float, length: float) -> tuple[float, float]:
    return (start, length) if length else (start - 0.5, 1.0)
