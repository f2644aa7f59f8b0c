from orientation import orientation

Point = tuple[int, int]


def segments_cross(start: Point, end: Point, other_start: Point, other_end: Point) -> bool:
    """Return whether two closed segments share at least one point."""
    apart = any(
        max(start[axis], end[axis]) < min(other_start[axis], other_end[axis])
        or max(other_start[axis], other_end[axis]) < min(start[axis], end[axis])
        for axis in (0, 1)
    )
    return (
        not apart
        and orientation(start, end, other_start) * orientation(start, end, other_end) <= 0
        and orientation(other_start, other_end, start) * orientation(other_start, other_end, end)
        <= 0
    )
