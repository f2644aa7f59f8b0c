from arc_commands import arc_commands


def slice_path(cx: float, cy: float, outer: float, inner: float, start: float, end: float) -> str:
    """Return closed path data for a slice of a ring, or of a disc if `inner` is 0."""
    if not 0 <= inner < outer:
        raise ValueError(f"the inner radius must be from 0 to below {outer!r}: {inner!r}")
    if not start < end <= start + 360:
        raise ValueError(f"a slice is above 0 and up to 360 degrees: {start!r} to {end!r}")
    whole = end - start == 360
    rim = arc_commands(cx, cy, outer, start, end)
    if inner == 0:
        return f"{rim} Z" if whole else f"{rim} L {cx:.3f} {cy:.3f} Z"
    back = arc_commands(cx, cy, inner, end, start)
    return f"{rim} Z {back} Z" if whole else f"{rim} {back.replace('M', 'L')} Z"
