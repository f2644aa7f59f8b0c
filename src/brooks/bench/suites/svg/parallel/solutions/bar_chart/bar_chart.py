from xml.sax.saxutils import escape

from band_positions import band_positions
from svg_frame import svg_frame

INK = "#333333"


def bar_chart(values: dict[str, float], width: float = 320, height: float = 200) -> str:
    """Return a document with a bar and a label for each value."""
    if not values or min(values.values()) < 0:
        raise ValueError("a bar chart needs at least one value, and none below 0")
    base, top = height - 30, 20
    scale = (base - top) / (max(values.values()) or 1)
    parts = []
    bands = band_positions(len(values), 20, width - 20)
    for (name, value), (left, wide) in zip(values.items(), bands, strict=True):
        parts.append(
            f'<rect x="{left:.2f}" y="{base - value * scale:.2f}" width="{wide:.2f}" '
            f'height="{value * scale:.2f}" fill="#2b7bba"/>'
            f'<text x="{left + wide / 2:.2f}" y="{height - 12}" text-anchor="middle" '
            f'font-family="sans-serif" font-size="12" fill="{INK}">{escape(name)}</text>'
        )
    line = f'<line x1="20" y1="{base}" x2="{width - 20}" y2="{base}" stroke="{INK}"/>'
    return svg_frame(width, height, "".join(parts) + line, "#ffffff")
