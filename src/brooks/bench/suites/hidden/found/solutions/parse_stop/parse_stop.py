"""One stop of a train."""

from parse_clock import parse_clock


def parse_stop(line: str) -> tuple[str, int]:
    """Return the name of a stop and its time in minutes since midnight."""
    name, _, clock = line.strip().rpartition(" ")
    if not name.strip():
        raise ValueError(f"there is no name in {line!r}")
    return name.strip(), parse_clock(clock)
