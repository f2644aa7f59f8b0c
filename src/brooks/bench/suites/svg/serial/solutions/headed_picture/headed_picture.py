from accessible_document import accessible_document

LIGHT = ("#ffffff", "#1b1f24")
DARK = ("#1b1f24", "#f2f4f6")


def headed_picture(
    width: float,
    height: float,
    title: str,
    description: str,
    shapes: list,
    dark: bool = False,
) -> str:
    """Return a picture with its title at the top, on paper or on slate."""
    if height < 40:
        raise ValueError(f"a heading needs a height of 40 at least, not {height!r}")
    paper, ink = DARK if dark else LIGHT
    heading = {
        "x": width / 2,
        "y": 28,
        "text-anchor": "middle",
        "font-family": "sans-serif",
        "font-size": 17,
        "font-weight": "bold",
        "fill": ink,
    }
    background = {"x": 0, "y": 0, "width": width, "height": height, "fill": paper}
    own = [("rect", background), ("text", heading, title.strip())]
    return accessible_document(width, height, title, description, [*own, *shapes])
