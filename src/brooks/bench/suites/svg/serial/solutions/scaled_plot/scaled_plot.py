from math import ceil, floor

from ticked_plot import ticked_plot

Scale = tuple[float, float, float]


def scaled_plot(
    size: tuple[float, float],
    title: str,
    series: list[tuple[str, str, list[tuple[float, float]]]],
    across: Scale,
    up: Scale,
    dark: bool = False,
) -> str:
    """Return a plot of lines whose points are in the units of two scales."""
    for low, high, step in (across, up):
        if not (low < high and step > 0):
            raise ValueError(f"not a scale: {low!r} to {high!r} by {step!r}")
    wide, high = size[0] - 80, size[1] - 110
    inside = []
    for _, colour, points in series:
        places = []
        for x, y in points:
            places += [wide * _share(x, across), high * (1 - _share(y, up))]
        look = {"fill": "none", "stroke": colour, "stroke-width": 2.5, "stroke-linejoin": "round"}
        inside.append(("polyline", look | {"points": places}))
    entries = [(name, colour) for name, colour, _ in series]
    return ticked_plot(size, title, entries, (_ticks(across), _ticks(up)), inside, dark)


def _share(value: float, scale: Scale) -> float:
    low, high, _ = scale
    return (value - low) / (high - low)


def _ticks(scale: Scale) -> list[tuple[float, str]]:
    low, high, step = scale
    multiples = range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)
    values = [step * multiple for multiple in multiples]
    return [(min(max(_share(v, scale), 0.0), 1.0), f"{round(v, 9):g}") for v in values]
