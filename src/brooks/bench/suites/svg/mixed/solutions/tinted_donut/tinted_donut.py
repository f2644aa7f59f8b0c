from colorsys import hls_to_rgb

from donut_chart import donut_chart


def tinted_donut(title: str, values: dict[str, float], hue: float = 200.0) -> str:
    """Return a donut chart whose colours are spread evenly around the wheel from a first hue."""
    count = len(values)
    colours = [_colour((hue / 360 + place / count) % 1) for place in range(count)]
    return donut_chart(title, values, colours)


def _colour(turn: float) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in hls_to_rgb(turn, 0.5, 0.55))
