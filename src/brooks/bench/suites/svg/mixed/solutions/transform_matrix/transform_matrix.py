import re
from math import cos, radians, sin, tan

Matrix = tuple[float, float, float, float, float, float]
CALL = re.compile(r"[\s,]*([A-Za-z]+)\s*\(([^()]*)\)[\s,]*")


def transform_matrix(text: str) -> Matrix:
    """Return the matrix of a whole `transform` attribute."""
    result: Matrix = (1, 0, 0, 1, 0, 0)
    place = 0
    while text[place:].strip():
        found = CALL.match(text, place)
        if found is None:
            raise ValueError(f"not a transform from character {place}: {text[place:]!r}")
        numbers = [float(number) for number in re.split(r"\s*,\s*|\s+", found[2].strip())]
        for matrix in _matrices(found[1], numbers):
            result = _product(result, matrix)
        place = found.end()
    return result


def _matrices(name: str, numbers: list[float]) -> list[Matrix]:
    match name, numbers:
        case "matrix", [a, b, c, d, e, f]:
            return [(a, b, c, d, e, f)]
        case "translate", [x, *rest] if len(rest) < 2:
            return [(1, 0, 0, 1, x, rest[0] if rest else 0)]
        case "scale", [x, *rest] if len(rest) < 2:
            return [(x, 0, 0, rest[0] if rest else x, 0, 0)]
        case "skewX", [degrees]:
            return [(1, 0, tan(radians(degrees)), 1, 0, 0)]
        case "skewY", [degrees]:
            return [(1, tan(radians(degrees)), 0, 1, 0, 0)]
        case "rotate", [degrees]:
            turn = radians(degrees)
            return [(cos(turn), sin(turn), -sin(turn), cos(turn), 0, 0)]
        case "rotate", [degrees, x, y]:
            return [(1, 0, 0, 1, x, y), *_matrices(name, [degrees]), (1, 0, 0, 1, -x, -y)]
    raise ValueError(f"{name!r} with {len(numbers)} numbers is no transform")


def _product(left: Matrix, right: Matrix) -> Matrix:
    a, b, c, d, e, f = left
    p, q, r, s, t, u = right
    return (
        a * p + c * q,
        b * p + d * q,
        a * r + c * s,
        b * r + d * s,
        a * t + c * u + e,
        b * t + d * u + f,
    )
