from collections.abc import Sequence


def rounded_rectangle(
    x: float, y: float, width: float, height: float, radii: float | Sequence[float]
) -> str:
    """Return closed path data, clockwise from the top edge."""
    corners = [radii] * 4 if isinstance(radii, int | float) else list(radii)
    if len(corners) != 4 or min(corners) < 0:
        raise ValueError(f"one radius or four are needed, none below 0: {radii!r}")
    if not (width > 0 and height > 0):
        raise ValueError(f"width and height must be above 0: {width!r}, {height!r}")
    a, b, c, d = _shrink(corners, width, height)
    right, bottom = x + width, y + height
    turns = [
        (b, (right - b, y), (right, y + b)),
        (c, (right, bottom - c), (right - c, bottom)),
        (d, (x + d, bottom), (x, bottom - d)),
        (a, (x, y + a), (x + a, y)),
    ]
    pieces = [f"M {x + a:.3f} {y:.3f}"]
    for radius, begin, end in turns:
        pieces.append(f"L {begin[0]:.3f} {begin[1]:.3f}")
        if radius:
            pieces.append(f"A {radius:.3f} {radius:.3f} 0 0 1 {end[0]:.3f} {end[1]:.3f}")
    return " ".join([*pieces, "Z"])


def _shrink(radii: Sequence[float], width: float, height: float) -> list[float]:
    a, b, c, d = radii
    sides = [(width, a + b), (height, b + c), (width, c + d), (height, d + a)]
    factor = min([1.0, *(length / used for length, used in sides if used)])
    return [radius * factor for radius in radii]
