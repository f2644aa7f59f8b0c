from collections.abc import Sequence
from xml.sax.saxutils import escape

from donut_panel import donut_panel


def donut_chart(title: str, values: dict[str, float], colours: Sequence[str]) -> str:
    """Return a document with a title over a ring and its legend."""
    if not title.strip():
        raise ValueError("a chart needs a title")
    name = escape(title)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="420" height="260" viewBox="0 0 420 260" '
        f'role="img"><title>{name}</title>'
        '<rect x="0" y="0" width="420" height="260" fill="#ffffff"/>'
        '<text x="210" y="32" text-anchor="middle" font-family="sans-serif" font-size="18" '
        f'fill="#222222">{name}</text>'
        f'<g transform="translate(30 60)">{donut_panel(values, colours, 170)}</g></svg>'
    )
