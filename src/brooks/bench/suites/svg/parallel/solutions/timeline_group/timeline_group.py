from collections.abc import Sequence
from xml.sax.saxutils import escape

from band_positions import band_positions


def timeline_group(
    spans: Sequence[tuple[str, float, float]], width: float = 400.0, row: float = 20.0
) -> str:
    """Return a group with one bar for each span of time, one below the other."""
    if any(end < start for _, start, end in spans):
        raise ValueError("a span cannot end before it starts")
    if not spans:
        return "<g></g>"
    first, last = min(start for _, start, _ in spans), max(end for _, _, end in spans)
    scale = width / (last - first) if last > first else 0.0
    bands = band_positions(len(spans), 0, row * len(spans), 0.2)
    bars = [
        f'<rect x="{(start - first) * scale:.2f}" y="{top:.2f}" '
        f'width="{(end - start) * scale:.2f}" height="{high:.2f}" fill="#3f8f5f">'
        f"<title>{escape(name)}</title></rect>"
        for (name, start, end), (top, high) in zip(spans, bands, strict=True)
    ]
    return "<g>" + "".join(bars) + "</g>"
