from coloured_plot import coloured_plot

Points = list[tuple[float, float]]


def smoothed_plot(
    size: tuple[float, float],
    title: str,
    lines: dict[str, Points],
    reach: int = 0,
    dark: bool = False,
) -> str:
    """Return a plot of lines whose points are averaged with their neighbours."""
    if reach < 0:
        raise ValueError(f"the reach cannot be below 0: {reach!r}")
    smooth = {name: _average(points, reach) for name, points in lines.items()}
    return coloured_plot(size, title, smooth, dark)


def _average(points: Points, reach: int) -> Points:
    ordered = sorted(points, key=lambda point: point[0])
    averaged = []
    for place, (x, _) in enumerate(ordered):
        near = min(reach, place, len(ordered) - 1 - place)
        heights = [y for _, y in ordered[place - near : place + near + 1]]
        averaged.append((x, sum(heights) / len(heights)))
    return averaged
