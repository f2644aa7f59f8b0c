from cmath import exp, pi


def koch_snowflake(depth: int, size: int = 300) -> str:
    """Return a document with the snowflake of some depth in its middle."""
    if depth < 0 or size <= 0:
        raise ValueError(f"no snowflake of depth {depth!r} and size {size!r}")
    middle, up = complex(size, size) / 2, -0.45j * size
    corners = [middle + up * exp(2j * pi * corner / 3) for corner in range(3)]
    for _ in range(depth):
        corners = _refine(corners)
    places = " L ".join(f"{corner.real:.3f} {corner.imag:.3f}" for corner in corners)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" '
        f'viewBox="0 0 {size} {size}">'
        f'<path d="M {places} Z" fill="#bfe3f5" stroke="#2b7bba"/></svg>'
    )


def _refine(corners: list[complex]) -> list[complex]:
    """Put a tip on every edge; to the left of a clockwise edge is outside."""
    finer = []
    for here, there in zip(corners, [*corners[1:], corners[0]], strict=True):
        third = (there - here) / 3
        first = here + third
        finer += [here, first, first + third * exp(-1j * pi / 3), first + third]
    return finer
