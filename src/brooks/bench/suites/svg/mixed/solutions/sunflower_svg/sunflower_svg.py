from math import cos, radians, sin, sqrt

GOLDEN = 137.50776


def sunflower_svg(seeds: int, size: int = 300) -> str:
    """Return a document with seeds in the spirals of a sunflower."""
    if seeds < 1 or size <= 0:
        raise ValueError(f"seeds and size must be above 0: {seeds!r}, {size!r}")
    middle = size / 2
    reach = middle * 0.92
    circles = []
    for seed in range(seeds):
        distance, turn = reach * sqrt((seed + 0.5) / seeds), radians(seed * GOLDEN)
        circles.append(
            f'<circle cx="{middle + distance * sin(turn):.3f}" '
            f'cy="{middle - distance * cos(turn):.3f}" r="{0.6 * reach / sqrt(seeds):.3f}" '
            f'fill="{"#7a4a1d" if seed % 2 else "#d9822b"}"/>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" '
        f'viewBox="0 0 {size} {size}"><rect x="0" y="0" width="{size}" height="{size}" '
        f'fill="#fdf6e3"/>{"".join(circles)}</svg>'
    )
