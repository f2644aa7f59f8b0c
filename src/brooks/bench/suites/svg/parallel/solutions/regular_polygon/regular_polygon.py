from math import cos, pi, sin


def regular_polygon(
    sides: int, radius: float, cx: float = 0.0, cy: float = 0.0
) -> list[tuple[float, float]]:
    """Return the corners of a regular polygon, clockwise from the one at the top."""
    if sides < 3:
        raise ValueError(f"a polygon has at least 3 sides, not {sides!r}")
    if not radius > 0:
        raise ValueError(f"the radius must be above 0: {radius!r}")
    turns = [2 * pi * corner / sides for corner in range(sides)]
    return [(cx + radius * sin(turn), cy - radius * cos(turn)) for turn in turns]
