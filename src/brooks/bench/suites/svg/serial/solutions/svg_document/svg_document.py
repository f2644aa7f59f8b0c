from render_shape import render_shape


def svg_document(width: float, height: float, shapes: list, attributes: dict | None = None) -> str:
    """Return a document of a size with some shapes in it."""
    if not (width > 0 and height > 0):
        raise ValueError(f"a document needs a width and a height above 0: {width!r}, {height!r}")
    own = {
        "xmlns": "http://www.w3.org/2000/svg",
        "width": width,
        "height": height,
        "viewBox": [0, 0, width, height],
    }
    return render_shape(("svg", own | (attributes or {}), shapes))
