from collections.abc import Sequence
from math import floor

from colour_ramp import colour_ramp
from svg_frame import svg_frame

STEPS = 9


def heat_grid(
    rows: Sequence[Sequence[float]],
    cell: float = 24,
    low: str = "#f7fbff",
    high: str = "#08306b",
) -> str:
    """Return a document with one coloured square for each value."""
    if not rows or not rows[0] or len({len(row) for row in rows}) > 1:
        raise ValueError("a heat map needs rows of equal length, with at least one value each")
    smallest, largest = min(map(min, rows)), max(map(max, rows))
    span = (largest - smallest) or 1
    ramp = colour_ramp(low, high, STEPS)
    squares = []
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            colour = ramp[floor((STEPS - 1) * (value - smallest) / span + 0.5)]
            squares.append(
                f'<rect x="{j * cell}" y="{i * cell}" width="{cell}" height="{cell}" '
                f'fill="{colour}"><title>{value}</title></rect>'
            )
    return svg_frame(len(rows[0]) * cell, len(rows) * cell, "".join(squares))
