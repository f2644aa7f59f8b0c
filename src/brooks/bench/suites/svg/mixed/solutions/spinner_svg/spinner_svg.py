from math import cos, pi, sin


def spinner_svg(dots: int, size: int = 64, seconds: float = 1.2) -> str:
    """Return an animated document: dots on a circle that light up one after the other."""
    if dots < 2 or size <= 0 or seconds <= 0:
        raise ValueError(f"no spinner with {dots!r} dots, size {size!r}, {seconds!r} seconds")
    circles = []
    for dot in range(dots):
        turn, middle, reach = 2 * pi * dot / dots, size / 2, 0.36 * size
        steps = [((dot - back) % dots + 1) / dots for back in range(dots + 1)]
        circles.append(
            f'<circle cx="{middle + reach * sin(turn):.3f}" cy="{middle - reach * cos(turn):.3f}" '
            f'r="{0.08 * size:.3f}" fill="#2b7bba" opacity="{steps[0]:.3f}">'
            f'<animate attributeName="opacity" dur="{seconds}s" repeatCount="indefinite" '
            f'values="{";".join(f"{step:.3f}" for step in steps)}"/></circle>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" '
        f'viewBox="0 0 {size} {size}">{"".join(circles)}</svg>'
    )
