from collections.abc import Sequence
from math import sqrt

from regular_polygon import regular_polygon
from svg_frame import svg_frame


def hex_tiling(
    columns: int,
    rows: int,
    radius: float = 20.0,
    fills: Sequence[str] = ("#f2c14e", "#f78154", "#5fad56"),
) -> str:
    """Return a document with a honeycomb that just fits into it."""
    if columns < 1 or rows < 1 or not fills:
        raise ValueError("a honeycomb needs at least one column, one row and one fill")
    wide = sqrt(3) * radius
    cells = []
    for row in range(rows):
        for column in range(columns):
            cx, cy = wide * (column + 0.5 + row % 2 / 2), radius * (1 + 1.5 * row)
            corners = regular_polygon(6, radius, cx, cy)
            points = " ".join(f"{x:.2f},{y:.2f}" for x, y in corners)
            fill = fills[(column + 2 * (row % 2)) % len(fills)]
            cells.append(f'<polygon points="{points}" fill="{fill}" stroke="#ffffff"/>')
    width = wide * columns + (wide / 2 if rows > 1 else 0)
    return svg_frame(round(width, 2), round(radius * (1.5 * rows + 0.5), 2), "".join(cells))
