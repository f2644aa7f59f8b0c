"""The time of this machine, by which it is decided when to look again; nothing shown depends on it."""

import time


def now() -> float:
    """Seconds of a clock that only goes forward."""
    return time.monotonic()  # noqa: TID251 - when to look again is a matter of real time


def worked() -> float:
    """Seconds that this process has taken of all cores."""
    return time.process_time()
