from xml.sax.saxutils import escape

from slice_path import slice_path

Ring = tuple[float, float, float, float]


def slice_element(name: str, share: float, start: float, colour: str, ring: Ring) -> str:
    """Return a path for a share of a turn, which tells its name and share when pointed at."""
    if not 0 < share <= 1:
        raise ValueError(f"the share must be above 0 and up to 1: {share!r}")
    data = slice_path(*ring, start, start + 360 * share)
    title = f"{escape(name)}: {100 * share:.1f} %"
    return f'<path d="{data}" fill="{colour}"><title>{title}</title></path>'
