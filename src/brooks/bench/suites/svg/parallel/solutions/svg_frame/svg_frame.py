def svg_frame(width: float, height: float, content: str = "", background: str | None = None) -> str:
    """Return an SVG document of a size, with `content` in front of a background, if any."""
    if not (width > 0 and height > 0):
        raise ValueError(f"a picture needs a width and a height above 0, not {width!r}, {height!r}")
    wide, high = (int(side) if side == int(side) else side for side in (width, height))
    behind = ""
    if background is not None:
        behind = f'<rect x="0" y="0" width="{wide}" height="{high}" fill="{background}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" '
        f'viewBox="0 0 {wide} {high}">{behind}{content}</svg>'
    )
