from collections.abc import Sequence
from xml.sax.saxutils import escape

from donut_group import donut_group


def donut_panel(values: dict[str, float], colours: Sequence[str], size: float) -> str:
    """Return a ring and, to the right of it, a coloured square and a name for each value."""
    parts = [donut_group(values, colours, size / 2, size / 2, size / 2)]
    for place, name in enumerate(values):
        middle = size / 2 + 22 * (place - (len(values) - 1) / 2)
        parts.append(
            f'<rect x="{size + 24:.2f}" y="{middle - 7:.2f}" width="14" height="14" rx="3" '
            f'fill="{colours[place % len(colours)]}"/>'
            f'<text x="{size + 46:.2f}" y="{middle:.2f}" dominant-baseline="central" '
            f'font-family="sans-serif" font-size="13" fill="#333333">{escape(name)}</text>'
        )
    return "<g>" + "".join(parts) + "</g>"
