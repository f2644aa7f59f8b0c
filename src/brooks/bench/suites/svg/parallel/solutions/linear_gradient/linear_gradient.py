import re

from colour_ramp import colour_ramp


def linear_gradient(
    name: str, first: str, last: str, stops: int = 2, vertical: bool = False
) -> str:
    """Return a gradient element with equal steps between two colours."""
    if stops < 2:
        raise ValueError(f"a gradient has at least two stops, not {stops!r}")
    if not re.fullmatch("[A-Za-z][A-Za-z0-9_-]*", name):
        raise ValueError(f"not a name to refer to: {name!r}")
    inside = "".join(
        f'<stop offset="{place / (stops - 1):.4f}" stop-color="{colour}"/>'
        for place, colour in enumerate(colour_ramp(first, last, stops))
    )
    x2, y2 = (0, 1) if vertical else (1, 0)
    return (
        f'<linearGradient id="{name}" x1="0" y1="0" x2="{x2}" y2="{y2}">{inside}</linearGradient>'
    )
