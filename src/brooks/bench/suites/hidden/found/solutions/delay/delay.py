"""A train that is late."""


def delay(train: list[tuple[str, int]], stop: str, minutes: int) -> list[tuple[str, int]]:
    """Return the train with all times from a stop on so many minutes later."""
    if minutes < 0:
        raise ValueError(f"a train is not {minutes} minutes late")
    place = [name for name, _ in train].index(stop)
    return train[:place] + [(name, time + minutes) for name, time in train[place:]]
