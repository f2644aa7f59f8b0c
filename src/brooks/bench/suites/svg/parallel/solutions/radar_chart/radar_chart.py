from collections.abc import Sequence

from points_text import points_text
from regular_polygon import regular_polygon

GRID = "#c8ccd0"
INK = "#2b7bba"


def radar_chart(
    values: Sequence[float],
    limit: float,
    radius: float = 80.0,
    cx: float = 100.0,
    cy: float = 100.0,
) -> str:
    """Return a group: two grid polygons, the values as a third, and a spoke for each value."""
    if not limit > 0 or not all(0 <= value <= limit for value in values):
        raise ValueError(f"values must be from 0 to a limit above 0, here {limit!r}")
    rim = regular_polygon(len(values), radius, cx, cy)
    half = regular_polygon(len(values), radius / 2, cx, cy)
    shape = [
        (cx + (x - cx) * value / limit, cy + (y - cy) * value / limit)
        for (x, y), value in zip(rim, values, strict=True)
    ]
    grid = [
        f'<polygon class="grid" points="{points_text(ring)}" fill="none" stroke="{GRID}"/>'
        for ring in (half, rim)
    ]
    area = (
        f'<polygon class="values" points="{points_text(shape)}" fill="{INK}" '
        f'fill-opacity="0.35" stroke="{INK}"/>'
    )
    spokes = [
        f'<line x1="{cx:.2f}" y1="{cy:.2f}" x2="{x:.2f}" y2="{y:.2f}" stroke="{GRID}"/>'
        for x, y in rim
    ]
    return "<g>" + "".join([*grid, area, *spokes]) + "</g>"
