from collections.abc import Sequence

from ring_slices import ring_slices


def donut_group(
    values: dict[str, float], colours: Sequence[str], cx: float, cy: float, radius: float
) -> str:
    """Return a ring of slices around the sum of their values."""
    slices = "".join(ring_slices(values, colours, (cx, cy, radius, 0.6 * radius)))
    total = sum(values.values())
    text = f"{total:.0f}" if total == int(total) else f"{total:.1f}"
    return (
        f'<g stroke="#ffffff" stroke-width="2" stroke-linejoin="round">{slices}'
        f'<text x="{cx:.2f}" y="{cy:.2f}" text-anchor="middle" dominant-baseline="central" '
        f'font-family="sans-serif" font-size="{radius / 3:.2f}" fill="#333333" stroke="none">'
        f"{text}</text></g>"
    )
