from collections.abc import Sequence
from itertools import accumulate

Box = tuple[float, float, float, float]


def treemap_boxes(
    values: Sequence[float], x: float, y: float, width: float, height: float
) -> list[Box]:
    """Return one box for each value: areas in proportion, together the whole rectangle."""
    if not (width > 0 and height > 0) or not all(value > 0 for value in values):
        raise ValueError("values, width and height must be above 0")
    if len(values) < 2:
        return [(x, y, width, height)][: len(values)]
    sums = list(accumulate(values))
    total = sums.pop()
    cut = min(range(len(sums)), key=lambda place: abs(2 * sums[place] - total))
    first, second, share = values[: cut + 1], values[cut + 1 :], sums[cut] / total
    if width >= height:
        wide = width * share
        return treemap_boxes(first, x, y, wide, height) + treemap_boxes(
            second, x + wide, y, width - wide, height
        )
    high = height * share
    return treemap_boxes(first, x, y, width, high) + treemap_boxes(
        second, x, y + high, width, height - high
    )
