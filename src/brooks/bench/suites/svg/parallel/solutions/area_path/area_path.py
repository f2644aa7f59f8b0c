from collections.abc import Sequence

from smooth_path import smooth_path


def area_path(points: Sequence[tuple[float, float]], base: float) -> str:
    """Return path data for the area between a curve and the line y = base."""
    curve = smooth_path(points)
    xs = [x for x, _ in points]
    if any(here >= there for here, there in zip(xs, xs[1:], strict=False)):
        raise ValueError("the points of an area must go from left to right")
    return f"{curve} L {xs[-1]:.2f} {base:.2f} L {xs[0]:.2f} {base:.2f} Z"
