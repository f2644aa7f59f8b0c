from points_text import points_text
from rotate_points import rotate_points


def rosette_group(
    petals: int,
    length: float,
    width: float,
    cx: float = 0.0,
    cy: float = 0.0,
    fill: str = "#c2456b",
) -> str:
    """Return a group of lozenges that all start at one centre."""
    if petals < 1 or not (length > 0 and width > 0):
        raise ValueError("a rosette needs at least one petal, with a length and a width above 0")
    middle = cy - length / 2
    petal = [(cx, cy), (cx + width / 2, middle), (cx, cy - length), (cx - width / 2, middle)]
    turned = [rotate_points(petal, 360 * place / petals, cx, cy) for place in range(petals)]
    inside = "".join(f'<polygon points="{points_text(corners)}"/>' for corners in turned)
    return f'<g fill="{fill}" fill-opacity="0.6">{inside}</g>'
