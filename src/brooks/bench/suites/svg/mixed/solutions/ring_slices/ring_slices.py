from collections.abc import Sequence

from slice_element import slice_element

Ring = tuple[float, float, float, float]


def ring_slices(values: dict[str, float], colours: Sequence[str], ring: Ring) -> list[str]:
    """Return one slice for each value above 0, together once around the ring."""
    total = sum(values.values())
    if any(value < 0 for value in values.values()) or not total > 0:
        raise ValueError("a ring needs values of 0 or more, and one above 0")
    if not colours:
        raise ValueError("no colours to draw with")
    slices, before = [], 0.0
    for place, (name, value) in enumerate(values.items()):
        if value > 0:
            colour = colours[place % len(colours)]
            start = 360 * before / total
            slices.append(slice_element(name, value / total, start, colour, ring))
        before += value
    return slices
