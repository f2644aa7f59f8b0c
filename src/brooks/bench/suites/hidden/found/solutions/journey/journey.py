"""A journey with a change."""

from change_at import change_at
from ride_minutes import ride_minutes


def journey(
    first: list[tuple[str, int]], second: list[tuple[str, int]], start: str, end: str
) -> tuple[str, int]:
    """Return where one changes and how many minutes the whole journey takes."""
    stop = change_at(first, second)
    if stop is None:
        raise ValueError("one cannot change between these trains")
    waiting = dict(second)[stop] - dict(first)[stop]
    return stop, ride_minutes(first, start, stop) + waiting + ride_minutes(second, stop, end)
