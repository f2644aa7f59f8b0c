from math import cos, pi, sin

from points_text import points_text


def star_element(
    tips: int,
    outer: float,
    inner: float,
    cx: float = 0.0,
    cy: float = 0.0,
    fill: str = "#e8a33d",
) -> str:
    """Return a polygon element: a star with its first tip at the top."""
    if tips < 2:
        raise ValueError(f"a star has at least two tips, not {tips!r}")
    if not 0 < inner < outer:
        raise ValueError(f"the inner radius must be between 0 and {outer!r}: {inner!r}")
    corners = []
    for corner in range(2 * tips):
        turn, radius = pi * corner / tips, inner if corner % 2 else outer
        corners.append((cx + radius * sin(turn), cy - radius * cos(turn)))
    return f'<polygon points="{points_text(corners)}" fill="{fill}"/>'
