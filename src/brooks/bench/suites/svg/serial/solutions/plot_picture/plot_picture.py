from headed_picture import headed_picture

LEFT, RIGHT, TOP, BOTTOM = 56, 24, 66, 44


def plot_picture(
    size: tuple[float, float], title: str, inside: list, outside: list, dark: bool = False
) -> str:
    """Return a picture with an area for a plot, and room around it for words."""
    width, height = size[0] - LEFT - RIGHT, size[1] - TOP - BOTTOM
    if width < 20 or height < 20:
        raise ValueError(f"no room for a plot in {size[0]!r} by {size[1]!r}")
    frame = ("rect", {"x": 0, "y": 0, "width": width, "height": height})
    place = {"transform": f"translate({LEFT} {TOP})"}
    shapes = [
        ("defs", {}, [("clipPath", {"id": "plot"}, [frame])]),
        ("g", place, outside),
        ("g", place | {"clip-path": "url(#plot)"}, inside),
    ]
    return headed_picture(*size, title, "", shapes, dark)
