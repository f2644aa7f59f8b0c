from collections.abc import Iterable
from math import isfinite


def points_text(points: Iterable[tuple[float, float]]) -> str:
    """Return the points as `x,y x,y ...`, each number as short as two decimals allow."""
    return " ".join(f"{_short(x)},{_short(y)}" for x, y in points)


def _short(value: float) -> str:
    if not isfinite(value):
        raise ValueError(f"not a place on the paper: {value!r}")
    rounded = round(value, 2)
    if rounded == 0:
        return "0"
    return f"{rounded:.2f}".rstrip("0").rstrip(".")
