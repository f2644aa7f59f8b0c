def band_positions(
    count: int, start: float, end: float, gap: float = 0.25
) -> list[tuple[float, float]]:
    """Return the left edge and the width of each of `count` equal bars."""
    if count < 0:
        raise ValueError(f"there cannot be {count!r} bars")
    if not end > start:
        raise ValueError(f"no room for bars from {start!r} to {end!r}")
    if not 0 <= gap < 1:
        raise ValueError(f"the gap is a share from 0 to below 1, not {gap!r}")
    step = (end - start) / max(count, 1)
    return [(start + step * (bar + gap / 2), step * (1 - gap)) for bar in range(count)]
