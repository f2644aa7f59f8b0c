from math import sqrt

Point = tuple[float, float]


def bezier_bounds(
    start: Point, first: Point, second: Point, end: Point
) -> tuple[float, float, float, float]:
    """Return the smallest upright box around a cubic curve as x, y, width and height."""
    x, right = _range(start[0], first[0], second[0], end[0])
    y, bottom = _range(start[1], first[1], second[1], end[1])
    return x, y, right - x, bottom - y


def _range(a: float, b: float, c: float, d: float) -> tuple[float, float]:
    inside = [t for t in _flat(d - 3 * c + 3 * b - a, 2 * (a - 2 * b + c), b - a) if 0 < t < 1]
    values = [a, d]
    for t in inside:
        u = 1 - t
        values.append(u**3 * a + 3 * u * u * t * b + 3 * u * t * t * c + t**3 * d)
    return min(values), max(values)


def _flat(p: float, q: float, r: float) -> list[float]:
    """Return where p t² + q t + r is 0, dividing by p only where it is not tiny."""
    under = q * q - 4 * p * r
    if under < 0:
        return []
    half = -(q + (sqrt(under) if q >= 0 else -sqrt(under))) / 2
    return [top / below for top, below in ((half, p), (r, half)) if below]
