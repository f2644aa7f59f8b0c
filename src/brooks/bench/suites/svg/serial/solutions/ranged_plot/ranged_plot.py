from math import ceil, floor, log10

from scaled_plot import scaled_plot


def ranged_plot(
    size: tuple[float, float],
    title: str,
    series: list[tuple[str, str, list[tuple[float, float]]]],
    dark: bool = False,
) -> str:
    """Return a plot whose scales have round steps and hold all points."""
    points = [point for _, _, own in series for point in own]
    if not points:
        raise ValueError("no points to plot")
    left, right = _spread([x for x, _ in points])
    low, high = _spread([y for _, y in points] + [0])
    step = _step(high - low)
    up = (floor(low / step + 1e-9) * step, ceil(high / step - 1e-9) * step, step)
    return scaled_plot(size, title, series, (left, right, _step(right - left)), up, dark)


def _spread(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    return (low, high) if low < high else (low - 1, high + 1)


def _step(span: float) -> float:
    wanted = span / 5 * (1 - 1e-9)
    power = floor(log10(wanted))
    steps = [float(f"{digit}e{power + more}") for more in (0, 1) for digit in (1, 2, 5)]
    return next(step for step in steps if step >= wanted)
