from math import cos, pi, sin

from points_text import points_text
from rotate_points import rotate_points


def gear_element(
    teeth: int,
    outer: float,
    root: float,
    cx: float = 0.0,
    cy: float = 0.0,
    fill: str = "#5b6770",
) -> str:
    """Return a polygon element: a gear wheel whose first tooth points up."""
    if teeth < 3:
        raise ValueError(f"a gear has at least three teeth, not {teeth!r}")
    if not 0 < root < outer:
        raise ValueError(f"the root must be between 0 and {outer!r}: {root!r}")
    unit = 2 * pi / teeth
    polar = [(root, -unit / 4), (outer, -unit / 8), (outer, unit / 8), (root, unit / 4)]
    tooth = [(cx + radius * sin(turn), cy - radius * cos(turn)) for radius, turn in polar]
    corners = []
    for place in range(teeth):
        corners += rotate_points(tooth, 360 * place / teeth, cx, cy)
    return f'<polygon points="{points_text(corners)}" fill="{fill}"/>'
