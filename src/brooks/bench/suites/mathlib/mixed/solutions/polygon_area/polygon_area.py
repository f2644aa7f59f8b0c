from collections.abc import Sequence
from fractions import Fraction


def polygon_area(corners: Sequence[tuple[int, int]]) -> Fraction:
    """Return the exact area of a polygon that does not cross itself."""
    if len(corners) < 3:
        raise ValueError(f"a polygon needs at least three corners: {corners!r}")
    following = [*corners[1:], corners[0]]
    doubled = sum(
        x * next_y - next_x * y for (x, y), (next_x, next_y) in zip(corners, following, strict=True)
    )
    return Fraction(abs(doubled), 2)
