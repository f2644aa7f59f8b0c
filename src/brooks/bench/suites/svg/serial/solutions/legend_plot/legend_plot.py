from plot_picture import plot_picture


def legend_plot(
    size: tuple[float, float],
    title: str,
    entries: list[tuple[str, str]],
    inside: list,
    outside: list,
    dark: bool = False,
) -> str:
    """Return a plot with a row of coloured squares and names above it."""
    ink, left = "#f2f4f6" if dark else "#1b1f24", 0.0
    legend = []
    for name, colour in entries:
        square = {"x": left, "y": -22, "width": 12, "height": 12, "rx": 2, "fill": colour}
        words = {
            "x": left + 17,
            "y": -12,
            "font-family": "sans-serif",
            "font-size": 12,
            "fill": ink,
        }
        legend += [("rect", square), ("text", words, name)]
        left += 30 + 7.5 * len(name)
    return plot_picture(size, title, inside, [*outside, *legend], dark)
