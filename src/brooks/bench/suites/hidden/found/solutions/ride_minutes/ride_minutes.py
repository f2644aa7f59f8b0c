"""How long a ride takes."""

from stops_between import stops_between


def ride_minutes(train: list[tuple[str, int]], start: str, end: str) -> int:
    """Return the minutes from one stop of a train to a later one."""
    ride = stops_between(train, start, end)
    return ride[-1][1] - ride[0][1]
