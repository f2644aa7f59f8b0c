"""A ride in words."""

from fastest_train import fastest_train
from parse_train import parse_train
from show_clock import show_clock


def itinerary(texts: list[str], start: str, end: str) -> str:
    """Return the fastest ride from one stop to another."""
    trains = [parse_train(text) for text in texts]
    place = fastest_train(trains, start, end)
    if place is None:
        raise ValueError(f"no train goes from {start!r} to {end!r}")
    times = dict(trains[place])
    minutes = times[end] - times[start]
    leaves, arrives = show_clock(times[start]), show_clock(times[end])
    return f"{start} {leaves} - {end} {arrives} ({minutes} min)"
