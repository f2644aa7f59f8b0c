from math import cos, radians, sin


def polar_point(cx: float, cy: float, radius: float, degrees: float) -> tuple[float, float]:
    """Return the point on a circle, the angle counted clockwise from the top."""
    if radius < 0:
        raise ValueError(f"a radius cannot be below 0: {radius!r}")
    turn = radians(degrees)
    return cx + radius * sin(turn), cy - radius * cos(turn)
