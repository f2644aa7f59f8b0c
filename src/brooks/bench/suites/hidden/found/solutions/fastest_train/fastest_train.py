"""The fastest train."""

from ride_minutes import ride_minutes


def fastest_train(trains: list[list[tuple[str, int]]], start: str, end: str) -> int | None:
    """Return the place of the train that takes the fewest minutes; None if none goes that way."""
    rides = []
    for place, train in enumerate(trains):
        try:
            rides.append((ride_minutes(train, start, end), place))
        except ValueError:
            continue
    return min(rides)[1] if rides else None
