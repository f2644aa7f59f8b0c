"""The board when a train is late."""

from delay import delay
from departures import departures


def delayed_board(
    trains: list[list[tuple[str, int]]], stop: str, late: dict[int, int]
) -> list[str]:
    """Return the board of a station, with some trains late from their first stop on."""
    changed = list(trains)
    for place, minutes in late.items():
        if not 0 <= place < len(trains):
            raise ValueError(f"there is no train {place}")
        changed[place] = delay(trains[place], trains[place][0][0], minutes)
    return departures(changed, stop)
