from polar_point import polar_point


def arc_commands(cx: float, cy: float, radius: float, start: float, end: float) -> str:
    """Return path data that moves to the start of an arc and draws it."""
    if not radius > 0:
        raise ValueError(f"the radius must be above 0: {radius!r}")
    length = abs(end - start)
    if length > 360:
        raise ValueError(f"an arc has at most 360 degrees, not {length!r}")
    sweep = int(end >= start)
    stops = [(start + end) / 2, end] if length == 360 else [end]
    large = int(180 < length < 360)
    x, y = polar_point(cx, cy, radius, start)
    pieces = [f"M {x:.3f} {y:.3f}"]
    for stop in stops:
        x, y = polar_point(cx, cy, radius, stop)
        pieces.append(f"A {radius:.3f} {radius:.3f} 0 {large} {sweep} {x:.3f} {y:.3f}")
    return " ".join(pieces)
