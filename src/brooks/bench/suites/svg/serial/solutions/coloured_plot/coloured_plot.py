from ranged_plot import ranged_plot

COLOURS = ("#2b7bba", "#d9622b", "#3f8f5f", "#8a5bb0", "#c2456b", "#7a6a3a")


def coloured_plot(
    size: tuple[float, float],
    title: str,
    lines: dict[str, list[tuple[float, float]]],
    dark: bool = False,
) -> str:
    """Return a plot whose lines have colours that are easy to tell apart."""
    if len(lines) > len(COLOURS):
        raise ValueError(f"there are {len(COLOURS)} colours for {len(lines)} lines")
    colours = [_lighten(colour) for colour in COLOURS] if dark else COLOURS
    series = [
        (name, colour, points)
        for (name, points), colour in zip(lines.items(), colours, strict=False)
    ]
    return ranged_plot(size, title, series, dark)


def _lighten(colour: str) -> str:
    channels = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    return "#" + "".join(f"{(channel + 255) // 2:02x}" for channel in channels)
