"""A part of a train's way."""


def stops_between(train: list[tuple[str, int]], start: str, end: str) -> list[tuple[str, int]]:
    """Return the stops from one to a later one, both included."""
    names = [name for name, _ in train]
    first, last = names.index(start), names.index(end)
    if first >= last:
        raise ValueError(f"{end!r} does not come after {start!r}")
    return train[first : last + 1]
