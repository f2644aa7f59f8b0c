from legend_plot import legend_plot


def ticked_plot(
    size: tuple[float, float],
    title: str,
    entries: list[tuple[str, str]],
    ticks: tuple[list[tuple[float, str]], list[tuple[float, str]]],
    inside: list,
    dark: bool = False,
) -> str:
    """Return a plot with lines across it and labels at its left and bottom edges."""
    across, up = ticks
    if not all(0 <= share <= 1 for share, _ in [*across, *up]):
        raise ValueError(f"ticks have shares from 0 to 1: {ticks!r}")
    grid, ink = ("#3a424c", "#aab3bd") if dark else ("#d9dde2", "#5a636e")
    font = {"font-family": "sans-serif", "font-size": 11, "fill": ink}
    wide, high = size[0] - 80, size[1] - 110
    outside = []
    for share, label in up:
        y = high * (1 - share)
        outside += [
            ("line", {"x1": 0, "y1": y, "x2": wide, "y2": y, "stroke": grid}),
            ("text", {"x": -8, "y": y + 4, "text-anchor": "end", **font}, label),
        ]
    for share, label in across:
        x = wide * share
        outside += [
            ("line", {"x1": x, "y1": high, "x2": x, "y2": high + 5, "stroke": grid}),
            ("text", {"x": x, "y": high + 19, "text-anchor": "middle", **font}, label),
        ]
    return legend_plot(size, title, entries, inside, outside, dark)
