"""The board of a station."""

from show_clock import show_clock


def departures(trains: list[list[tuple[str, int]]], stop: str) -> list[str]:
    """Return a line for each train that leaves a stop, the earliest first."""
    leaving = [
        (minutes, train[-1][0]) for train in trains for name, minutes in train[:-1] if name == stop
    ]
    leaving.sort(key=lambda each: each[0])
    return [f"{show_clock(minutes)} {end}" for minutes, end in leaving]
